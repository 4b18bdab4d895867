import { checkedAddress, checkedCore, checkedFqdn, checkedName, checkedNotes, checkedPort, checkedPublicAddress, checkedRole, checkedUser, checkedWord } from './checked-fields.ts';
import { complain, written, type Draft, type Field, type Sheet } from './draft.ts';
import { defaultEnv, defaultPrivateNetwork, frozen, type Inventory, type InventoryOptions } from './host.ts';
import { parseNetwork } from './address.ts';
import { didYouMean } from './nearest.ts';
import { Problems } from './problem.ts';

/** A sheet with no problem yet. Throws Failure `badConfig` when the private network is none. */
export function openSheet(file: string, labels: Sheet['labels'], options: InventoryOptions): Sheet {
  const { env = defaultEnv, privateNetwork = defaultPrivateNetwork } = options;
  parseNetwork(privateNetwork);
  return { file, env, privateNetwork, labels, lacks: new Set(), problems: new Problems(file) };
}

/** The inventory that the drafts of the sheet's environment make. Throws InventoryError with all problems of the sheet. */
export function inventoryOf(sheet: Sheet, drafts: readonly Draft[]): Inventory {
  const rows = ofEnv(sheet, drafts);
  const hosts = rows.map((draft) => ({
    name: checkedName(sheet, draft),
    address: checkedAddress(sheet, draft),
    publicAddress: checkedPublicAddress(sheet, draft),
    fqdn: checkedFqdn(sheet, draft),
    user: checkedUser(sheet, draft),
    port: checkedPort(sheet, draft),
    pool: checkedWord(sheet, draft, 'pool'),
    ...checkedRole(sheet, draft),
    dockerStack: checkedWord(sheet, draft, 'dockerStack'),
    core: checkedCore(sheet, draft),
    notes: checkedNotes(draft),
    source: { file: sheet.file, line: draft.line },
  }));
  for (const field of ['name', 'address', 'publicAddress'] as const) refuseTwice(sheet, rows, field);
  sheet.problems.throwAny();
  const { file, env, privateNetwork } = sheet;
  return frozen({ file, env, hosts, privateNetwork });
}

/** The drafts of one environment; a draft whose format has no such field belongs to every one. */
function ofEnv(sheet: Sheet, drafts: readonly Draft[]): readonly Draft[] {
  const same = (draft: Draft): boolean => draft.cells.env === undefined || draft.cells.env.value.toLowerCase() === sheet.env.toLowerCase();
  for (const draft of drafts) {
    if (draft.cells.env?.value === '') complain(sheet, draft, { field: 'env', message: `empty: write the environment the row belongs to, such as ${sheet.env}` });
  }
  const rows = drafts.filter(same);
  if (rows.length === 0 && sheet.problems.none) {
    const envs = [...new Set(drafts.flatMap((d) => written(d, 'env') ?? []))];
    const [first] = drafts;
    if (first !== undefined && envs.length > 0) complain(sheet, first, { field: 'env', message: `no row is of environment ${sheet.env}${didYouMean(sheet.env, envs)}: the file has ${envs.join(', ')}; set env in the stack to one of these` });
  }
  return rows;
}

function refuseTwice(sheet: Sheet, drafts: readonly Draft[], field: Field): void {
  const seen = new Map<string, Draft>();
  for (const draft of drafts) {
    const value = written(draft, field)?.toLowerCase();
    if (value === undefined) continue;
    const before = seen.get(value);
    if (before === undefined) seen.set(value, draft);
    else complain(sheet, draft, { field, message: `${value} is already on line ${before.line}${field === 'name' ? '' : ` (${written(before, 'name') ?? 'no name'})`}: give one of the two another` });
  }
}
