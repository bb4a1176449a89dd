// Cells, which have values of the parameters in them: `at` is a list of fractions, one for each parameter.
const list = entry => (Array.isArray(entry) ? entry.map(list) : exact(entry));
const end = e => (e.polynomial ? { polynomial: e.polynomial.map(exact), between: e.between.map(exact) } : exact(e));
const equal = (s, t) => s.every((x, n) => compare(x, t[n]) === 0);

// Positive where the third point lies on the left of the way from the first to the second.
const turn = ([a, b], [c, d], [x, y]) => sign(minus(times(minus(c, a), minus(y, b)), times(minus(d, b), minus(x, a)))[0]);
const inside = (corners, at) => corners.every((corner, n) => turn(corner, corners[(n + 1) % corners.length], at) > 0);
const between = ([one, other], at) => turn(one, other, at) === 0 && at.every((x, n) =>
  (compare(one[n], other[n]) === 0 ? compare(x, one[n]) === 0 : compare(one[n], x) === compare(x, other[n])));

// A polynomial in one parameter has a list of coefficients, in two a list of lists.
const surface = (polynomial, [x, y]) => polynomial.reduceRight((sum, inner) => plus(times(sum, x), value(inner, y)), [0n, 1n]);

function cell(record) {
  const { along, where, verdict } = record, values = record.values.map(f => f && { above: list(f.above), below: list(f.below), formula: f.formula });
  const quotient = (f, of) => over(of(f.above), of(f.below));
  if (record.corners) {
    const corners = list(record.corners);
    return { where, verdict, values, has: at => inside(corners, at), number: (f, at) => quotient(f, part => surface(part, at)) };
  }
  if (record.at) {
    const pair = list(record.at);
    return { where, verdict, values, has: at => equal(pair, at), number: (f, at) => quotient(f, part => value(part, at[0])) };
  }
  const low = end(record.low), high = end(record.high), ends = record.ends && list(record.ends);
  const has = at => {
    const after = side(at[along], low), before = side(at[along], high);
    return ((after > 0 && before < 0) || (after === 0 && before === 0)) && (!ends || between(ends, at));
  };
  return { where, verdict, values, has, number: (f, at) => quotient(f, part => value(part, at[along])) };
}
