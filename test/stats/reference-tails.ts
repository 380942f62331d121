/** Tail probabilities by their definitions, slow and by other ways than the code under test: −log10 throughout. */

/** Normal's upper tail for z ≥ 1 by the continued fraction of Mills' ratio. */
export function normalReference(z: number): number {
  let denominator = z;
  for (let k = 400; k >= 1; k--) denominator = z + k / denominator;
  return (0.5 * z * z + 0.5 * Math.log(2 * Math.PI) + Math.log(denominator)) / Math.LN10;
}

/** Student's upper tail for t > 0: Simpson's rule over the density, which is scaled by its own whole integral. */
export function studentReference(t: number, freedom: number): number {
  // u = e^s spreads the steps over all sizes.
  const density = (s: number) => Math.exp(s - 0.5 * (freedom + 1) * Math.log1p(Math.exp(2 * s) / freedom));
  const integral = (from: number, to: number) => {
    const steps = 20_000;
    const width = (to - from) / steps;
    let sum = density(from) + density(to);
    for (let i = 1; i < steps; i++) sum += density(from + i * width) * (i % 2 ? 4 : 2);
    return (sum * width) / 3;
  };
  const far = Math.log(t) + 30;
  return -Math.log10(integral(Math.log(t), far) / (2 * integral(-40, far)));
}

/** Sum of the negative binomial's masses from x on, each from the one before. */
export function negativeBinomialReference(x: number, mean: number, variance: number): number {
  const size = (mean * mean) / (variance - mean);
  const q = mean / (mean + size);
  let logMass = size * Math.log(1 - q);
  for (let k = 1; k <= x; k++) logMass += Math.log((q * (k - 1 + size)) / k);
  let relative = 1;
  let sum = 0;
  for (let k = x; relative > 1e-18 * sum || k < mean; k++) {
    sum += relative;
    relative *= (q * (k + size)) / (k + 1);
  }
  return -(logMass + Math.log(sum)) / Math.LN10;
}

/** Sum of the beta-binomial's masses from k on, for whole shapes, in whole numbers. */
export function betaBinomialReference(k: number, n: number, a: number, b: number): number {
  const rising = (from: number, count: number) => {
    let product = 1n;
    for (let i = 0; i < count; i++) product *= BigInt(from + i);
    return product;
  };
  let choose = 1n;
  let tail = 0n;
  for (let j = 0; j <= n; j++) {
    if (j >= k) tail += choose * rising(a, j) * rising(b, n - j);
    choose = (choose * BigInt(n - j)) / BigInt(j + 1);
  }
  return log10(rising(a + b, n)) - log10(tail);
}

function log10(value: bigint): number {
  const digits = value.toString();
  return digits.length - 17 + Math.log10(Number(digits.slice(0, 17).padEnd(17, '0')));
}
