import {isRefusal} from '../../src/kit/refusal.ts';
import {armFault, clearFaults} from '../../src/server/sandbox/faults.ts';
import {type FaultName, faultNames} from '../../src/server/sandbox/runtime-json.ts';
import {applyTo, type Order} from './act.ts';
import {chosen, settleAndRecord, type World, withServer} from './world.ts';

/** Languages are no fault, but what a program says in them must not matter. */
const faults: readonly FaultName[] = faultNames;

const applyWith = async (
  world: World,
  dir: string,
  {step, fault, at}: {step: string; fault: FaultName; at: number},
): Promise<Order> => {
  try {
    const result = await applyTo(dir, world.plan, {
      moment: async (when, what) => {
        if (when === 'before' && what !== 'command' && what.type === 'step.intended' && what.step === step) {
          armFault(dir, new Date(), {name: fault, at});
        }
      },
    });
    const explained = result.outcome !== 'not-restored' || result.mustDo.length > 0;
    return {said: [result.code ?? result.outcome], explained};
  } catch (error) {
    return isRefusal(error) ? {said: [error.code], explained: true} : {said: [String(error)], explained: false};
  } finally {
    // What is armed and never met would strike the person who puts things in order.
    clearFaults(dir, new Date(), undefined);
  }
};

/** Every fault of the simulated programs at every step, at its first chance and at its second. */
export const faultsAtEachStep = async (world: World): Promise<void> => {
  for (const {id: step} of world.plan.body.steps) {
    for (const fault of faults) {
      for (const at of [1, 2]) {
        if (!chosen(world)) continue;
        await withServer(world, world.template.dir, async (dir) => {
          const first = await applyWith(world, dir, {step, fault, at});
          await settleAndRecord(world, dir, {
            group: 'a program fails',
            label: `${fault} at chance ${at} of ${step}`,
            choice: 'undo',
            first,
          });
        });
      }
    }
  }
};
