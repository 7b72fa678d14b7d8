import type {RewriteAction, RewriteItem} from './model.ts';

/** globalRules exist for the whole server only: allowDefinition is AppHostOnly wherever URL Rewrite is installed. */
export const checkSections = (items: readonly RewriteItem[], scope: RewriteAction['scope']): string | undefined =>
  scope !== 'Server' && items.some(({section}) => section === 'globalRules')
    ? `globalRules need the scope Server, not ${scope}`
    : undefined;
