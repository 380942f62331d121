/** Tail probabilities as −log10, where a probability itself would underflow. */

const LOG10_E = Math.LOG10E;

/**
 * −log10 of the standard normal's upper tail. Below 5 by Numerical Recipes' rational Chebyshev fit of erfc
 * (relative error under 1.2e-7), above by the asymptotic series.
 */
export function normalTail(z: number): number {
  if (z < -8) return 0;
  if (z > 5) {
    const s = 1 / (z * z);
    const series = 1 - s * (1 - s * (3 - s * 15));
    return (0.5 * z * z + Math.log(z) + 0.5 * Math.log(2 * Math.PI) - Math.log(series)) * LOG10_E;
  }
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const poly =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const upper = 0.5 * t * Math.exp(-x * x + poly);
  return -Math.log10(z >= 0 ? upper : 1 - upper);
}

/**
 * −log10 of Student t's upper tail, by Wallace's transformation to a normal deviate.
 *
 * @param freedom degrees of freedom, above 0
 * @see Wallace, Annals of Mathematical Statistics 30(4), 1959
 */
export function studentTail(t: number, freedom: number): number {
  const z = ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
  return normalTail(t >= 0 ? z : -z);
}

/** The deviate that Student t exceeds with probability `upper`: Wallace's transformation backwards. */
export function studentQuantile(z: number, freedom: number): number {
  const scaled = (z * (8 * freedom + 3)) / (8 * freedom + 1);
  return Math.sign(z) * Math.sqrt(freedom * Math.expm1((scaled * scaled) / freedom));
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0 (Lanczos, g = 7, nine terms: about 15 digits). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  let sum: number = LANCZOS[0];
  for (let i = 1; i < 9; i++) sum += (LANCZOS[i] as number) / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * −log10 P(X ≥ x) for a negative binomial with this mean and variance (a Poisson where the variance is not larger).
 *
 * @param x a whole number ≥ 0
 */
export function negativeBinomialTail(x: number, mean: number, variance: number): number {
  if (x <= 0) return 0;
  const m = Math.max(mean, 1e-6);
  const size = Math.min((m * m) / Math.max(variance - m, 1e-9), 1e6);
  const q = m / (m + size);
  const logMass = logGamma(x + size) - logGamma(size) - logGamma(x + 1) + size * Math.log1p(-q) + x * Math.log(q);
  let term = 1;
  let sum = 1;
  for (let k = x; k < x + MOST_TERMS; k++) {
    term *= (q * (k + size)) / (k + 1);
    sum += term;
    if (term < 1e-7 * sum) return Math.max(0, -(logMass + Math.log(sum)) * LOG10_E);
  }
  return Math.max(0, -logIncompleteBeta(q, x, size) * LOG10_E);
}

/** Beyond the mode each mass is a shrinking multiple of the last, and few matter; of large means too many do. */
const MOST_TERMS = 2_000;

/**
 * ln I_x(a, b), the regularised incomplete beta function, by its continued fraction (Lentz's method).
 *
 * @param x between 0 and 1, exclusive @param a above 0 @param b above 0
 * @see Numerical Recipes, 6.4; P(X ≥ k) of a negative binomial is I_q(k, size)
 */
function logIncompleteBeta(x: number, a: number, b: number): number {
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  if (x >= (a + 1) / (a + b + 2)) {
    const rest = Math.exp(logFront) * (betaFraction(1 - x, b, a) / b);
    // Where nearly all is in the rest, 1 − rest would cancel: the slower way is exact.
    if (rest < 0.9) return Math.log1p(-rest);
  }
  return logFront + Math.log(betaFraction(x, a, b) / a);
}

/** Converges in about √max(a, b) steps on its side of the mean. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const nonZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-12) break;
  }
  return fraction;
}

/**
 * −log10 P(K ≥ k) for K successes in n trials whose probability is Beta(a, b).
 *
 * @param k whole, 0 to n
 * @param a above 0 @param b above 0
 */
export function betaBinomialTail(k: number, n: number, a: number, b: number): number {
  if (k <= 0) return 0;
  // Pólya's urn, a factor a draw: among thousands of trials the masses themselves underflow.
  let logMass = 0;
  for (let i = 0; i < k; i++) logMass += Math.log(((n - i) * (a + i)) / ((i + 1) * (a + b + i)));
  for (let i = 0; i < n - k; i++) logMass += Math.log((b + i) / (a + b + k + i));
  let term = 1;
  let sum = 1;
  for (let j = k; j < n; j++) {
    term *= ((n - j) * (a + j)) / ((j + 1) * (b + n - j - 1));
    sum += term;
  }
  return Math.max(0, -(logMass + Math.log(sum)) * LOG10_E);
}
