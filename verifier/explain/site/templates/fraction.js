// Exact fractions: pairs of BigInt, the second positive, in lowest terms. Polynomials: the constant first.
const sign = n => (n > 0n) - (n < 0n), size = n => (n < 0n ? -n : n);
const divisor = (a, b) => { while (b) [a, b] = [b, a % b]; return size(a) || 1n; };
const fraction = (n, d = 1n) => { const g = divisor(n, d) * (d < 0n ? -1n : 1n); return [n / g, d / g]; };
const plus = ([a, b], [c, d]) => fraction(a * d + c * b, b * d);
const minus = ([a, b], [c, d]) => fraction(a * d - c * b, b * d);
const times = ([a, b], [c, d]) => fraction(a * c, b * d);
const over = ([a, b], [c, d]) => fraction(a * d, b * c);
const compare = ([a, b], [c, d]) => sign(a * d - c * b);
const exact = text => fraction(...text.split("/").map(BigInt));
const value = (polynomial, t) => polynomial.reduceRight((sum, c) => plus(times(sum, t), c), [0n, 1n]);
const written = ([n, d]) => (d === 1n ? `${n}` : `${n}/${d}`).replace("-", "−");

// On which side of an end t lies: -1, 0, 1. An irrational end is the one root of a polynomial between two rationals.
function side(t, end) {
  if (!end.polynomial) return compare(t, end);
  const [low, high] = end.between;
  if (compare(t, low) <= 0) return -1;
  if (compare(t, high) >= 0) return 1;
  return sign(value(end.polynomial, t)[0]) === sign(value(end.polynomial, low)[0]) ? -1 : 1;
}

// Six decimals, cut towards zero, or three digits and a power of ten; empty for an integer.
function decimal([n, d]) {
  if (d === 1n) return "";
  let above = size(n), power = 0, places = 6;
  if (above * 10n ** 6n < d) {
    power = -`${d / above}`.length;
    if (above * 10n ** BigInt(-power) >= 10n * d) power += 1;
    above *= 10n ** BigInt(-power); places = 2;
  } else if (above >= d * 10n ** 24n) {
    power = `${above / d}`.length - 1; d *= 10n ** BigInt(power); places = 2;
  }
  const unit = 10n ** BigInt(places), cut = above * unit / d;
  const tail = `${cut % unit}`.padStart(places, "0").replace(/0+$/, "");
  const more = cut * d === above * unit ? "" : "…";
  return (n < 0n ? "−" : "") + `${cut / unit}` + (tail && "." + tail) + (power ? `e${power}`.replace("-", "−") : "") + more;
}

// A number as people write it: 2/7, 0.3, -1, 1e-3. A problem is the end of a sentence that begins with the text.
function typed(text) {
  const ratio = /^([+-]?)(\d+)\/(\d+)$/.exec(text), point = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (!ratio && !point) return { problem: "is no number, expected a fraction such as 2/7 or a decimal such as 0.3" };
  const [, before, whole, rest = "", e = "0"] = ratio ?? point, power = ratio ? 0 : Number(e) - rest.length;
  if (Math.max(whole.length, rest.length) + Math.abs(power) > 400) return { problem: "has more than 400 digits" };
  const digits = BigInt(ratio ? whole : whole + rest) * (before === "-" ? -1n : 1n), ten = 10n ** BigInt(Math.abs(power));
  if (!ratio) return { number: power < 0 ? fraction(digits, ten) : fraction(digits * ten) };
  if (BigInt(rest) === 0n) return { problem: "has a zero denominator, expected a positive one" };
  return { number: fraction(digits, BigInt(rest)) };
}
