export { banner } from './banner.ts';
export type { Setting, Settings } from './setting.ts';
export { ini, keyValue, type SettingsOptions } from './settings.ts';
export { shellAssign } from './shell-assign.ts';
export { json, yaml } from './structured.ts';
export { text, type Part } from './text.ts';
export { unit } from './unit.ts';
