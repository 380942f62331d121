import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { usesBudget } from '../../shared/model/alert.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { CANARY_ACTOR, canaryEvent } from '../../shared/pipeline/canary.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { fold } from '../../shared/pipeline/fold.ts';
import { contributionOf, foldGroups } from '../../shared/pipeline/fold-groups.ts';
import { prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { anEnrichmentContext, DIRECTORY } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';

const canaryKey = createSecretKey(Buffer.from('the canary’s'));
const NOW = Date.parse(timeOn(3));
const context = anEnrichmentContext({ canaryKey });
const scoring = { snapshot: prepareSnapshot(initialSnapshot(0, '', '')), settings: DEFAULT_SETTINGS };
const MINUTE = 60_000;

const accessOf = (event: AccessEvent, arrival = NOW, key = context) =>
  enrich(event, Date.parse(event.time), key, arrival);
const sung = () => canaryEvent(canaryKey, NOW);

function applied(event: AccessEvent) {
  const result = applyEvent(undefined, accessOf(event), undefined, scoring);
  if (result.kind !== 'applied') throw new Error(result.kind);
  return result;
}

describe('the canary', () => {
  it('alerts by one access, every time anew', () => {
    const first = applied(sung());
    const later = canaryEvent(canaryKey, NOW + 15 * MINUTE);
    const second = applyEvent(first.baseline, accessOf(later, NOW + 15 * MINUTE), undefined, scoring);

    expect(first.alert).toMatchObject({ canary: true, revision: 1, severity: 'low', subject: { id: CANARY_ACTOR } });
    expect(second).toMatchObject({ kind: 'applied', alert: { canary: true, revision: 1 } });
    expect(second.kind === 'applied' && second.alert?.alertId).not.toBe(first.alert?.alertId);
  });

  it('alerts where so many alerts are asked for that the threshold lies below zero', () => {
    const generous = { ...scoring, settings: { ...DEFAULT_SETTINGS, alertsPerDay: 100_000 } };

    expect(applyEvent(undefined, accessOf(sung()), undefined, generous)).toMatchObject({ alert: { canary: true } });
  });

  it('uses none of the alerts a day that people ask for', () => {
    const { signals } = anAlert();

    expect(usesBudget({ ...applied(sung()).alert, signals })).toBe(false);
    expect(usesBudget({ signals })).toBe(true);
  });

  it('teaches nothing: only that it was seen is stored', () => {
    const { baseline } = applied(sung());

    expect(baseline).toEqual({
      ...initialBaseline(),
      version: 1,
      updatedAt: NOW,
      recent: baseline.recent,
    });
    expect(baseline.recent).toHaveLength(2);
  });

  it('is in no fold', () => {
    const contribution = contributionOf(CANARY_ACTOR, applied(sung()).baseline, DIRECTORY, NOW);
    const references = { directory: '', networks: '' };
    const fresh = initialSnapshot(0, '', '');

    const { groups } = foldGroups([contribution]);

    expect(groups).toEqual({});
    expect(fold(fresh, [contribution], groups, references, NOW, DEFAULT_SETTINGS)).toEqual(
      fold(fresh, [], {}, references, NOW, DEFAULT_SETTINGS),
    );
  });

  it.each<[string, Partial<AccessEvent>]>([
    ['without a nonce', { canary: undefined }],
    ['with somebody’s own nonce', { canary: canaryEvent(createSecretKey(Buffer.from('guessed')), NOW).canary }],
    ['with a nonce of another length', { canary: 'x' }],
    ['that says something else', { resource: { dataset: 'user.location' } }],
    ['about more users', { subjects: { region: 'US', count: 1000 } }],
    ['of another actor', { actor: { id: 'e-00042', type: 'employee' } }],
  ])('is nobody else: an access %s is ordinary, and learned from', (_, changes) => {
    const { canary, ...event } = { ...sung(), ...changes };
    const result = applied(canary === undefined ? event : { ...event, canary });

    expect(result.alert?.canary).toBeUndefined();
    expect(result.baseline.firstDay).toBeGreaterThanOrEqual(0);
  });

  it('is not sung with what it sang before', () => {
    expect(accessOf(sung(), NOW + 10 * MINUTE).canary).toBe(true);
    expect(accessOf(sung(), NOW + 10 * MINUTE + 1).canary).toBe(false);
  });

  it('is nobody where there is no key', () => {
    expect(accessOf(sung(), NOW, anEnrichmentContext()).canary).toBe(false);
  });
});
