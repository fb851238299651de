const MAX_SLUG = 40;

/**
 * The name of a plan's epic branch, `epic/<slug>-<suffix>`. The slug is for people; the suffix makes it unique, so that two plans called
 * "Checkout" do not share a branch and a name is never used twice.
 *
 * @param suffix six lower-case letters or digits.
 */
export function epicBranchName(title: string, suffix: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replace(/^-+|-+$/g, '');
  return `epic/${slug === '' ? 'plan' : slug}-${suffix}`;
}
