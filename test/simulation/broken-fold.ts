import type { InputsInForce } from '../../functions/detect/inputs-in-force.ts';

const broken = new WeakMap<InputsInForce, InputsInForce>();

/**
 * A defect to live with: inputs under which the fold throws on every access of a service, so that one actor's records can
 * throw in between good ones.
 */
export function breaksOnServices(inputs: InputsInForce): InputsInForce {
  let made = broken.get(inputs);
  if (!made) {
    const { snapshot } = inputs;
    const priorsOf: typeof snapshot.priorsOf = (peerGroup) => {
      if (peerGroup.startsWith('services/')) throw new Error('priors of services are broken');
      return snapshot.priorsOf(peerGroup);
    };
    made = { ...inputs, snapshot: { ...snapshot, priorsOf } };
    broken.set(inputs, made);
  }
  return made;
}
