import type {z} from 'zod';
import {readYaml, type YamlSource} from '../../kit/yaml-source.ts';

/** An empty file, or one of comments only, says nothing. @throws Refusal of that code, with file, line and reason */
export const parseSettings = <S extends z.ZodType>(source: YamlSource, schema: S, code: string): z.output<S> =>
  readYaml(/^\uFEFF?(\s*(#.*)?\n?)*$/.test(source.text) ? {...source, text: '{}'} : source, schema, code);
