import { formatProposal, parseProposal } from '@maestro/protocol';
import type { Proposal, ProposalFormat } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { counting } from '../test-support/a-tree.js';
import { proposalOfTree, treeOfProposal } from './proposal-tree.js';
import { tasksOf } from './tree.js';
import type { Tree } from './tree.js';

const proposal: Proposal = {
  title: 'Checkout',
  goal: 'People pay.',
  phases: [
    { title: 'Build', tasks: [{ key: 'cart', title: 'Cart', description: 'A cart.', acceptanceCriteria: ['It adds up.'], dependsOn: [], skills: [{ slug: 'go', min: 4 }], estimateMinutes: 90, priority: 2 }] },
    { title: 'Ship', tasks: [{ key: 'pay', title: 'Pay', description: '', acceptanceCriteria: [], dependsOn: ['cart'], skills: [] }] },
  ],
};
/** Keys as the project gives them when a tree is written. */
const keyed = (tree: Tree): Tree => ({ ...tree, phases: tree.phases.map((phase) => ({ ...phase, tasks: phase.tasks.map((task) => ({ ...task, key: `SHOP-${tasksOf(tree).indexOf(task) + 1}` })) })) });
const none = { title: 'Untitled', goal: '' };

describe('proposals and trees', () => {
  it('say the same, but for the keys', () => {
    const tree = treeOfProposal(proposal, none, counting());
    expect(proposalOfTree(keyed(tree))).toEqual({
      ...proposal,
      phases: [{ ...proposal.phases[0], tasks: [{ ...proposal.phases[0]?.tasks[0], key: 'SHOP-1' }] }, { ...proposal.phases[1], tasks: [{ ...proposal.phases[1]?.tasks[0], key: 'SHOP-2', dependsOn: ['SHOP-1'] }] }],
    });
  });

  it.each(['yaml', 'md', 'json'] as const satisfies readonly ProposalFormat[])('survive %s', (format) => {
    const tree = keyed(treeOfProposal(proposal, none, counting()));
    const read = parseProposal(formatProposal(proposalOfTree(tree), format));
    expect(read.ok && proposalOfTree(keyed(treeOfProposal(read.value, none, counting())))).toEqual(proposalOfTree(tree));
  });

  it('take title and goal from elsewhere where the proposal has none', () => {
    expect(treeOfProposal({ phases: proposal.phases }, { title: 'Mine', goal: 'Why' }, counting())).toMatchObject({ title: 'Mine', goal: 'Why' });
  });

  it('leave out what was cancelled, and the waiting for it', () => {
    const tree = keyed(treeOfProposal(proposal, none, counting()));
    const cancelled = { ...tree, phases: tree.phases.map((phase, index) => ({ ...phase, tasks: phase.tasks.map((task) => (index === 0 ? { ...task, status: 'cancelled' as const } : task)) })) };
    expect(proposalOfTree(cancelled).phases).toMatchObject([{ title: 'Build', tasks: [] }, { tasks: [{ key: 'SHOP-2', dependsOn: [] }] }]);
  });
});
