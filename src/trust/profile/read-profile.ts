import {readYaml} from '../../kit/yaml-source.ts';
import {type ProfileSource, resolveProfile, type TrustProfile} from './profile.ts';
import {trustProfileFile} from './schema.ts';

/** @throws Refusal TRUST_PROFILE.INVALID with file, line and column, or TRUST_PROFILE.ANCHOR */
export const readTrustProfile = (source: ProfileSource): TrustProfile =>
  resolveProfile(readYaml(source, trustProfileFile, 'TRUST_PROFILE.INVALID'), source);
