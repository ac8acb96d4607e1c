import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { applyRules } from '../../../../personal/filtering/apply-rules.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import { listObjects } from '../../../../personal/objects/read.ts';
import { wrongProperties } from '../../../../personal/objects/shape.ts';
import {
  checkActions,
  type Rule,
  ruleDefaults,
  ruleKind,
  ruleOf,
  ruleShape,
  withResolvedIds,
} from '../../../../personal/types/rule.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { accountIdOf } from '../../accounts.ts';
import type { Method, RequestState } from '../../method.ts';
import { ownWritingScope } from '../../personal/standard.ts';
import { resolveId } from '../../standard-set.ts';

function readRule(request: RequestState, given: JsonObject): Rule {
  const object: JsonObject = { ...ruleDefaults, ...given, isEnabled: true };
  const wrong = wrongProperties(object, ruleShape(request.ctx.personal.limits));
  if (wrong.length > 0) throw invalidArgument('rule', wrong.join(', '));
  try {
    checkActions(object);
    return ruleOf(withResolvedIds(object, id => resolveId(request, id)));
  } catch (error) {
    if (error instanceof SetError) throw invalidArgument('rule', error.message);
    throw error;
  }
}

/** FilterRule/apply: runs rules over mail that is there already, in pieces. */
export const filterRuleApply: Method = {
  name: 'FilterRule/apply',
  capability: Capability.Filters,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const ids = args.strings('ids');
    const given = args.nested('rule');
    const mailboxId = args.requiredString('mailboxId');
    const position = args.unsigned('position');
    args.end();
    if ((ids === null) === (given === null)) throw invalidArgument('ids', 'either ids or rule');
    const rules: Rule[] = given === null ? [] : [readRule(request, given)];
    if (ids !== null) {
      const { list } = await listObjects(ctx.personal, scope, 'rule');
      for (const id of ids.map(one => resolveId(request, one))) {
        const found = list.find(one => printObjectId(ruleKind, one.id) === id);
        if (!found) throw invalidArgument('ids', 'no such rule');
        rules.push({ ...ruleOf(found.value), isEnabled: true });
      }
    }
    const mailbox = parseId('m', resolveId(request, mailboxId) ?? '') ?? 0;
    try {
      const applied = await applyRules(ctx.personal, scope, rules, mailbox, position === 0 ? null : position);
      return {
        response: { accountId: accountIdOf(scope), ...applied, hasMore: applied.position > 0 },
      };
    } catch (error) {
      if (isMailError(error, 'mailbox.not_found')) throw invalidArgument('mailboxId', 'no such mailbox');
      if (isMailError(error, 'quota.exceeded')) throw new MethodError('serverPartialFail', 'over quota');
      throw error;
    }
  },
};
