/** Concentration and discount of the Pitman-Yor back-off: a newcomer's first category is drawn from the parent. */
export const CONCENTRATION = 2;
export const DISCOUNT = 0.3;

/**
 * Predictive probability of a category under a two-parameter Chinese restaurant, backing off to a parent:
 * P(x) = (n_x − d·[n_x>0])/(θ+n) + (θ+d·K)/(θ+n) · P_parent(x).
 *
 * @param count how often this category was seen (n_x ≥ 0)
 * @param total how often any was (n)
 * @param distinct how many different ones (K)
 * @param parent the parent's probability of the category, 0 to 1
 * @see Teh, ACL 2006; Sanna Passino & Heard, 2019, for new links in computer networks
 */
export function pitmanYor(count: number, total: number, distinct: number, parent: number): number {
  const known = count > 0 ? Math.max(count - DISCOUNT, 0) : 0;
  return (known + (CONCENTRATION + DISCOUNT * distinct) * parent) / (CONCENTRATION + total);
}
