/* What is measured in a page. Each function runs in the browser and knows nothing of this file. */

export interface Contrast {
  readonly text: string;
  readonly ratio: number;
}

/** The texts of a page whose contrast with what lies behind them is below a bound, by the formula of WCAG 2. */
export const weakContrasts = (bound: number): readonly Contrast[] => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  if (!canvas) throw new Error('no canvas');
  const rgba = (colour: string): readonly number[] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (channels: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = channels
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element | null): readonly number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const weak: Contrast[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!element || text === '') continue;
    const [one, other] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < bound) weak.push({text: text.slice(0, 60), ratio});
  }
  return weak;
};

/** Elements that stick out of the page to the right. */
export const stickingOut = (): readonly string[] => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5)
    .map((element) => `${element.tagName} ${element.textContent?.trim().slice(0, 40)}`);
};

/** The text of each line of the diff that one can see, by its class. */
export const visibleDiff = (): readonly (readonly [kind: string, text: string])[] =>
  [...document.querySelectorAll('.diff span')]
    .filter((line) => line.getBoundingClientRect().height > 0)
    .map((line) => [line.className.replace('line-', ''), line.textContent ?? '']);
