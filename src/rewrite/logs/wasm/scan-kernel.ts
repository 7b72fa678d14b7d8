import {layout, pages} from './layout.ts';

/*
 * The inner loop of a replay, in the text format of WebAssembly: finds, in bytes, the lines that a rule might be about.
 * A line is such a candidate where it holds every text of a list, letter case aside, or a percent escape that may hide a
 * letter or a digit of one. Too many candidates only cost time; a missing one would be a wrong count.
 *
 * Memory: a table of texts at 0, 16 bytes each (address, length, and the offsets of the two bytes that are looked for
 * first, the rarest ones), the first being the one that is searched for; their number at 512; their bytes, in lower case,
 * from 1024; candidates, as start and end, from 4096; the log from 65536. Who fills the memory puts a newline at the end
 * and zeros behind it.
 *
 * 0x20 makes letters small and leaves digits alone; other bytes that it changes are only ever taken for too much.
 */

/**
 * The loop goes 32 bytes a round: what a round costs beside its vectors is shared by two of them. With four, V8 runs out of
 * vector registers and the loop takes more than twice as long.
 */
const vectors = [0, 1] as const;

/** Six makes one sign of the number sign and the percent sign; ! and ' come along and are sorted out where they are looked at. */
const searchVector = (n: number): string => `
            (local.set $c (v128.load offset=${16 * n} (local.get $p)))
            (local.set $counts (i8x16.sub (local.get $counts) (i8x16.eq (local.get $c) (local.get $newline))))
            (local.set $hits${n} (v128.or
              (i8x16.eq (v128.or (local.get $c) (local.get $six)) (local.get $signs))
              (v128.and
                (i8x16.eq (v128.or (local.get $c) (local.get $small)) (local.get $a))
                (i8x16.eq
                  (v128.or (v128.load offset=${16 * n} (local.get $far)) (local.get $small))
                  (local.get $b)))))`;

/** One bit for each byte of a round. */
const roundMask = (vectorOf: (n: number) => string): string =>
  `(i32.or (i8x16.bitmask ${vectorOf(0)}) (i32.shl (i8x16.bitmask ${vectorOf(1)}) (i32.const 16)))`;

export const scanKernel = `
(module
  (memory (export "memory") ${pages})
  (global $newlines (export "newlines") (mut i32) (i32.const 0))
  ;; Number of candidates written.
  (global $found (export "found") (mut i32) (i32.const 0))
  ;; Where the log begins: no line begins before.
  (global $base (export "base") (mut i32) (i32.const 0))
  ;; End of the last line that is a candidate, and of the last that holds the first text but not the others.
  (global $settled (export "settled") (mut i32) (i32.const 0))
  (global $passed (export "passed") (mut i32) (i32.const 0))

  ;; Whether the text of a table entry stands at q.
  (func $same (param $q i32) (param $entry i32) (result i32)
    (local $text i32) (local $last i32)
    (local.set $text (i32.load (local.get $entry)))
    (local.set $last (i32.add (local.get $text) (i32.load offset=4 (local.get $entry))))
    (loop $next
      (if (i32.ne
            (i32.or (i32.load8_u (local.get $q)) (i32.const 0x20))
            (i32.load8_u (local.get $text)))
        (then (return (i32.const 0))))
      (local.set $q (i32.add (local.get $q) (i32.const 1)))
      (local.set $text (i32.add (local.get $text) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $text) (local.get $last))))
    (i32.const 1))

  ;; Whether the text of a table entry stands between p and end.
  (func $holds (param $p i32) (param $end i32) (param $entry i32) (result i32)
    (local $a v128) (local $b v128) (local $small v128) (local $i i32) (local $j i32) (local $mask i32) (local $q i32)
    (local.set $small (i8x16.splat (i32.const 0x20)))
    (local.set $i (i32.load offset=8 (local.get $entry)))
    (local.set $j (i32.load offset=12 (local.get $entry)))
    (local.set $a (i8x16.splat (i32.load8_u (i32.add (i32.load (local.get $entry)) (local.get $i)))))
    (local.set $b (i8x16.splat (i32.load8_u (i32.add (i32.load (local.get $entry)) (local.get $j)))))
    (local.set $end (i32.sub (local.get $end) (i32.load offset=4 (local.get $entry))))
    (block $none
      (loop $block
        (br_if $none (i32.gt_u (local.get $p) (local.get $end)))
        (local.set $mask (i8x16.bitmask (v128.and
          (i8x16.eq (v128.or (v128.load (i32.add (local.get $p) (local.get $i))) (local.get $small)) (local.get $a))
          (i8x16.eq (v128.or (v128.load (i32.add (local.get $p) (local.get $j))) (local.get $small)) (local.get $b)))))
        (loop $bit
          (if (local.get $mask) (then
            (local.set $q (i32.add (local.get $p) (i32.ctz (local.get $mask))))
            (if (i32.le_u (local.get $q) (local.get $end)) (then
              (if (call $same (local.get $q) (local.get $entry)) (then (return (i32.const 1))))))
            (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
            (br $bit))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $block)))
    (i32.const 0))

  (func $line_start (param $q i32) (result i32)
    (local $newline v128) (local $mask i32)
    (local.set $newline (i8x16.splat (i32.const 10)))
    (block $found
      (loop $block
        (local.set $q (i32.sub (local.get $q) (i32.const 16)))
        (local.set $mask (i8x16.bitmask (i8x16.eq (v128.load (local.get $q)) (local.get $newline))))
        (br_if $found (local.get $mask))
        (br_if $block (i32.gt_u (local.get $q) (global.get $base))))
      (return (global.get $base)))
    (local.set $q (i32.add (local.get $q) (i32.sub (i32.const 32) (i32.clz (local.get $mask)))))
    (select (local.get $q) (global.get $base) (i32.gt_u (local.get $q) (global.get $base))))

  (func $line_end (param $q i32) (result i32)
    (local $newline v128) (local $mask i32)
    (local.set $newline (i8x16.splat (i32.const 10)))
    (loop $block
      (local.set $mask (i8x16.bitmask (i8x16.eq (v128.load (local.get $q)) (local.get $newline))))
      (if (i32.eqz (local.get $mask)) (then
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (br $block))))
    (i32.add (local.get $q) (i32.ctz (local.get $mask))))

  ;; Whether the percent sign at q may hide a letter or a digit: %41, %u0041. What is no hexadecimal digit is read as one.
  (func $hides (param $q i32) (param $lowest i32) (result i32)
    (local $c i32) (local $low i32)
    (local.set $c (i32.load8_u offset=1 (local.get $q)))
    (if (i32.lt_u (local.get $c) (local.get $lowest)) (then (return (i32.const 0))))
    (if (i32.eq (i32.or (local.get $c) (i32.const 0x20)) (i32.const 117)) (then (return (i32.const 1))))
    (local.set $low (i32.load8_u offset=2 (local.get $q)))
    (local.set $c (i32.or
      (i32.shl (i32.sub (local.get $c) (i32.const 48)) (i32.const 4))
      (i32.and (i32.const 15) (i32.add
        (local.get $low)
        (i32.mul (i32.shr_u (local.get $low) (i32.const 6)) (i32.const 9))))))
    (i32.or
      (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10))
      (i32.lt_u (i32.sub (i32.or (local.get $c) (i32.const 0x20)) (i32.const 97)) (i32.const 26))))

  (func $emit (param $start i32) (param $end i32)
    (local $at i32)
    (local.set $at (i32.add (i32.const ${layout.candidates}) (i32.shl (global.get $found) (i32.const 3))))
    (i32.store (local.get $at) (local.get $start))
    (i32.store offset=4 (local.get $at) (local.get $end))
    (global.set $found (i32.add (global.get $found) (i32.const 1)))
    (global.set $settled (local.get $end)))

  ;; Looks at one place: an escape, or the first of the two letters that are looked for.
  (func $look (param $q i32) (param $lowest i32)
    (local $entry i32) (local $last i32) (local $start i32) (local $end i32)
    (if (i32.lt_u (local.get $q) (global.get $settled)) (then (return)))
    (if (i32.eq (i32.load8_u (local.get $q)) (i32.const 37)) (then
      (if (call $hides (local.get $q) (local.get $lowest)) (then
        (call $emit (call $line_start (local.get $q)) (call $line_end (local.get $q)))))
      (return)))
    (if (i32.lt_u (local.get $q) (global.get $passed)) (then (return)))
    (if (i32.eqz (call $same (i32.sub (local.get $q) (i32.load offset=8 (i32.const 0))) (i32.const 0)))
      (then (return)))
    (local.set $start (call $line_start (local.get $q)))
    (local.set $end (call $line_end (local.get $q)))
    (local.set $entry (i32.const 16))
    (local.set $last (i32.shl (i32.load (i32.const ${layout.count})) (i32.const 4)))
    (loop $next
      (if (i32.lt_u (local.get $entry) (local.get $last)) (then
        (if (i32.eqz (call $holds (local.get $start) (local.get $end) (local.get $entry))) (then
          (global.set $passed (local.get $end))
          (return)))
        (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
        (br $next))))
    (call $emit (local.get $start) (local.get $end)))

  ;; Looks at the places of a mask; returns where a line begins with a number sign, 0 where none does.
  (func $look_at (param $p i32) (param $mask i32) (param $lowest i32) (result i32)
    (local $q i32)
    (loop $bit
      (if (local.get $mask) (then
        (local.set $q (i32.add (local.get $p) (i32.ctz (local.get $mask))))
        (if (i32.eq (i32.load8_u (local.get $q)) (i32.const 35))
          (then
            (if (i32.eq (i32.load8_u (i32.sub (local.get $q) (i32.const 1))) (i32.const 10))
              (then (return (local.get $q)))))
          (else (call $look (local.get $q) (local.get $lowest))))
        (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
        (br $bit))))
    (i32.const 0))

  (func $sum (param $counts v128) (result i32)
    (local $sums v128)
    (local.set $sums (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $counts))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sums)) (i32x4.extract_lane 1 (local.get $sums)))
      (i32.add (i32x4.extract_lane 2 (local.get $sums)) (i32x4.extract_lane 3 (local.get $sums)))))

  ;; Number of newlines of the round at p from q on.
  (func $newlines_behind (param $p i32) (param $q i32) (result i32)
    (local $newline v128)
    (local.set $newline (i8x16.splat (i32.const 10)))
    (i32.popcnt (i32.shr_u
      ${roundMask((n) => `(i8x16.eq (v128.load offset=${16 * n} (local.get $p)) (local.get $newline))`)}
      (i32.sub (local.get $q) (local.get $p)))))

  ;; Searches from p to end; escapes count whose first digit is at least lowest. Stops at a line that begins with a number
  ;; sign, and where there is no room for more candidates; returns where it stopped.
  (func $scan (export "scan") (param $p i32) (param $end i32) (param $lowest i32) (result i32)
    (local $c v128) (local $counts v128) (local $hits0 v128) (local $hits1 v128)
    (local $newline v128) (local $six v128) (local $signs v128) (local $small v128) (local $a v128) (local $b v128)
    (local $i i32) (local $far i32) (local $distance i32) (local $q i32) (local $stop i32)
    (local.set $newline (i8x16.splat (i32.const 10)))
    (local.set $six (i8x16.splat (i32.const 6)))
    (local.set $signs (i8x16.splat (i32.const 39)))
    (local.set $small (i8x16.splat (i32.const 0x20)))
    (local.set $i (i32.load offset=8 (i32.const 0)))
    (local.set $distance (i32.sub (i32.load offset=12 (i32.const 0)) (local.get $i)))
    (local.set $a (i8x16.splat (i32.load8_u (i32.add (i32.load (i32.const 0)) (local.get $i)))))
    (local.set $b (i8x16.splat (i32.load8_u
      (i32.add (i32.load (i32.const 0)) (i32.load offset=12 (i32.const 0))))))
    (loop $batch
      (local.set $counts (i8x16.splat (i32.const 0)))
      ;; Each lane counts to 255.
      (local.set $stop (i32.add (local.get $p) (i32.const ${127 * 32})))
      (local.set $stop (select (local.get $stop) (local.get $end) (i32.lt_u (local.get $stop) (local.get $end))))
      (block $done
        (loop $hit
          (loop $round
            (br_if $done (i32.ge_u (local.get $p) (local.get $stop)))
            (local.set $far (i32.add (local.get $p) (local.get $distance)))${vectors.map(searchVector).join('')}
            (local.set $p (i32.add (local.get $p) (i32.const 32)))
            (br_if $round (i32.eqz (v128.any_true (v128.or (local.get $hits0) (local.get $hits1))))))
          (local.set $q (call $look_at
            (i32.sub (local.get $p) (i32.const 32))
            ${roundMask((n) => `(local.get $hits${n})`)}
            (local.get $lowest)))
          (if (local.get $q) (then
            (global.set $newlines (i32.add (global.get $newlines) (i32.sub
              (call $sum (local.get $counts))
              (call $newlines_behind (i32.sub (local.get $p) (i32.const 32)) (local.get $q)))))
            (return (local.get $q))))
          (br_if $hit (i32.le_u (global.get $found) (i32.const ${layout.mostCandidates - 33})))
          (global.set $newlines (i32.add (global.get $newlines) (call $sum (local.get $counts))))
          (return (local.get $p))))
      (global.set $newlines (i32.add (global.get $newlines) (call $sum (local.get $counts))))
      (br_if $batch (i32.lt_u (local.get $p) (local.get $end))))
    (local.get $end)))
`;
