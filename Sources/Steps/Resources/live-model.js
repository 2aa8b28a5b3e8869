"use strict";
// The model that this page holds: it is read, and asked for recommendations. Nothing here knows of the page, so that
// a test can run it: towerbookLive.load(data) once, then towerbookLive.recommend(model, request, k).
globalThis.towerbookLive = (() => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const matrix = (packed) => ({ ...packed, values: new Float32Array(bytes(packed.values).buffer) });
  const vectors = (packed) => {
    const buffer = bytes(packed.values).buffer;
    const values = packed.bits === 8 ? new Int8Array(buffer) : new Int16Array(buffer);
    return { rows: packed.rows, columns: packed.columns, scales: new Float32Array(bytes(packed.scales).buffer), values };
  };
  const placesOf = (names) => new Map(names.map((name, place) => [name, place]));

  /** The model of the page's data. */
  const load = (data) => {
    const items = vectors(data.vectors);
    return {
      ...data,
      vectors: items,
      embeddings: data.embeddings ? vectors(data.embeddings) : items,
      shared: data.shared ? { count: data.shared.count, vector: matrix(data.shared.vector) } : null,
      contexts: data.contexts.map((one) => ({ ...one, codes: placesOf(one.values), table: matrix(one.table) })),
      times: data.times.map((one) => ({ ...one, table: matrix(one.table) })),
      users: data.users ? { codes: placesOf(data.users.ids), vectors: vectors(data.users.vectors) } : null,
      weights: Object.fromEntries(Object.entries(data.weights).map(([name, packed]) => [name, matrix(packed)])),
      places: placesOf(data.ids),
      origin: Number(data.clock.origin),
    };
  };

  // --- vectors

  const unpacked = (table, row) => {
    const [start, scale] = [row * table.columns, table.scales[row]];
    return Float64Array.from(table.values.subarray(start, start + table.columns), (value) => scale * value);
  };
  const rowOf = (table, row) => table.values.subarray(row * table.columns, (row + 1) * table.columns);
  const add = (sum, vector, factor = 1) => {
    for (let place = 0; place < sum.length; place++) sum[place] += factor * vector[place];
    return sum;
  };
  const dot = (a, b) => a.reduce((sum, value, place) => sum + value * b[place], 0);
  /** A row times a matrix. */
  const times = (row, kernel) => {
    const result = new Float64Array(kernel.columns);
    row.forEach((value, place) => { if (value !== 0) add(result, rowOf(kernel, place), value); });
    return result;
  };
  const joined = (blocks) => Float64Array.from(blocks.flatMap((block) => Array.from(block)));
  const summed = (blocks) => blocks.slice(1).reduce((sum, block) => add(sum, block), Float64Array.from(blocks[0]));

  // --- the history; its clicks stand newest first, null where an item is unknown

  /** Clicks with weights by position: the sum over w e / (sum over w + spare). */
  const pool = (clicks, width, weightOf, spare) => {
    const sum = new Float64Array(width);
    let weights = 0;
    clicks.forEach((vector, position) => {
      if (vector === null) return;
      add(sum, vector, weightOf(position));
      weights += weightOf(position);
    });
    return weights === 0 ? sum : sum.map((value) => value / (weights + spare));
  };
  const newest = (clicks, width) => pool(clicks, width, (position) => (position === 0 ? 1 : 0), 1e-6);

  const attention = (clicks, width, kernel) => {
    const known = clicks.filter((vector) => vector !== null);
    if (known.length === 0) return new Float64Array(width);
    const question = times(known[0], kernel);
    const scores = known.map((vector) => dot(question, vector) / Math.sqrt(width));
    const most = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - most));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return known.reduce((sum, vector, place) => add(sum, vector, weights[place] / total), new Float64Array(width));
  };

  const sigmoid = (value) => 1 / (1 + Math.exp(-value));
  const gru = (clicks, width, kernel, recurrent, bias) => {
    let state = new Float64Array(width);
    for (const vector of clicks.filter((one) => one !== null).reverse()) {
      const input = add(times(vector, kernel), rowOf(bias, 0));
      const before = add(times(state, recurrent), rowOf(bias, 1));
      state = state.map((value, place) => {
        const [second, third] = [width + place, 2 * width + place];
        const update = sigmoid(input[place] + before[place]);
        const reset = sigmoid(input[second] + before[second]);
        return update * value + (1 - update) * Math.tanh(input[third] + reset * before[third]);
      });
    }
    return state;
  };

  const normalized = (row, weights, name) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    const [gain, bias] = [weights[`${name}_gain`].values, weights[`${name}_bias`].values];
    return row.map((value, place) => ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[place] + bias[place]);
  };
  const outputOf = (row, weights, name) => add(times(row, weights[`${name}_kernel`]), weights[`${name}_bias`].values);
  /** What a row's heads take of the rows up to it; rows are queries, keys and values side by side. */
  const attended = (rows, row, heads) => {
    const width = rows[row].length / 3;
    const size = width / heads;
    const part = (kind, head, other) => rows[other].subarray(kind * width + head * size, kind * width + (head + 1) * size);
    const output = new Float64Array(width);
    for (let head = 0; head < heads; head++) {
      const scores = rows.slice(0, row + 1).map((_, other) => dot(part(0, head, row), part(1, head, other)) / Math.sqrt(size));
      const most = Math.max(...scores);
      const shares = scores.map((score) => Math.exp(score - most));
      const total = shares.reduce((sum, share) => sum + share, 0);
      const sums = output.subarray(head * size, (head + 1) * size);
      shares.forEach((share, other) => add(sums, part(2, head, other), share / total));
    }
    return output;
  };
  const fed = (row, weights, name, isGated) => {
    const inner = outputOf(row, weights, `${name}_feed`);
    const half = inner.length / 2;
    const values = isGated
      ? inner.slice(0, half).map((value, place) => value * sigmoid(value) * inner[half + place])
      : inner.map((value) => Math.max(value, 0));
    return outputOf(values, weights, `${name}_feed_output`);
  };
  const transformed = (clicks, width, { blocks, heads, feedForward }, weights) => {
    const known = clicks.filter((vector) => vector !== null).reverse();
    if (known.length === 0) return new Float64Array(width);
    let rows = known.map((vector, place) => add(
      Float64Array.from(vector, (value) => Math.sqrt(width) * value), rowOf(weights.history_positions, place)));
    for (let block = 0; block < blocks; block++) {
      const name = `history_block${block}`;
      const projected = rows.map((row) => outputOf(normalized(row, weights, `${name}_norm`), weights, `${name}_attention`));
      rows = rows.map((row, place) => {
        const middle = add(outputOf(attended(projected, place, heads), weights, `${name}_output`), row);
        return add(fed(normalized(middle, weights, `${name}_feed_norm`), weights, name, feedForward === "swiglu"), middle);
      });
    }
    return normalized(rows[rows.length - 1], weights, "history_norm");
  };

  const pooled = (model, clicks, width) => {
    const { shape, weights } = model;
    switch (shape.pooling) {
      case "mean": return pool(clicks, width, () => 1, shape.normalizesItems ? 1e-6 : 0);
      case "decay": return pool(clicks, width, (position) => Math.pow(shape.positionRate, position), 1e-6);
      case "last": return newest(clicks, width);
      case "learned_position": {
        const logs = weights.history_position.values;
        return pool(clicks, width, (position) => Math.max(Math.exp(logs[position]), 1.1754943508222875e-38), 1e-6);
      }
      case "attention": return attention(clicks, width, weights.history_attention_kernel);
      case "gru":
        return gru(clicks, width, weights.history_gru_kernel, weights.history_gru_recurrent_kernel, weights.history_gru_bias);
      case "transformer": return transformed(clicks, width, shape.transformer, weights);
      default: throw new Error(`unknown pooling ${shape.pooling}`);
    }
  };

  /** What an interest reads of the clicks. */
  const readout = ({ weights }, clicks, width, interest) => {
    const code = rowOf(weights.history_interest_codes, interest);
    const positions = weights.history_interest_positions ? rowOf(weights.history_interest_positions, interest) : null;
    const known = clicks.map((vector, position) => ({ vector, position })).filter((one) => one.vector !== null);
    if (known.length === 0) return new Float64Array(width);
    const scores = known.map(({ vector, position }) => dot(vector, code) + (positions ? positions[position] : 0));
    const most = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return known.reduce((sum, { vector }, place) => add(sum, vector, shares[place] / total), new Float64Array(width));
  };

  // --- the query

  /** A table of buckets of time, read between two of them. */
  const bucket = (table, width, hours) => {
    const exact = Math.fround(Math.fround(hours) * Math.fround(1 / width));
    const place = Math.min(Math.max(exact, 0), table.rows - 1);
    const low = Math.min(Math.floor(place), table.rows - 2);
    const sum = add(new Float64Array(table.columns), rowOf(table, low), 1 - (place - low));
    return add(sum, rowOf(table, low + 1), place - low);
  };

  const hoursOf = (model, time) => {
    if (time === null || time === undefined) return model.clock.span;
    return (Number(time) - model.origin) / (3600 * model.clock.ticksPerSecond);
  };

  /** The features of a request: those that are added up, and the newest click where the model has it apart. */
  const features = (model, request) => {
    const width = model.embeddings.columns;
    const ids = request.history.slice(-model.shape.maxSeqLen).reverse();
    const clicks = ids.map((id) => {
      const place = model.places.get(id);
      const isKnown = place !== undefined ? model.embeddings.scales[place] >= 0 : false;
      return isKnown ? unpacked(model.embeddings, place) : null;
    });
    const hours = hoursOf(model, request.time);
    const values = request.contexts ?? {};
    const code = (codes, name) => (codes.get(name) ?? -1) + 1;
    return {
      user: model.users ? [unpacked(model.users.vectors, code(model.users.codes, request.user))] : [],
      history: [pooled(model, clicks, width)],
      times: model.times.map((one) => bucket(one.table, one.width, hours)),
      contexts: model.contexts.map((one) => rowOf(one.table, code(one.codes, values[one.name]))),
      newest: model.shape.newestClick ? [newest(clicks, width)] : [],
      interests: Array.from({ length: model.shape.interests ?? 0 }, (_, interest) => readout(model, clicks, width, interest)),
    };
  };

  const dense = (model, input) => {
    let output = input;
    for (let layer = 0; model.weights[`user_dense${layer}_kernel`]; layer++) {
      const sums = times(output, model.weights[`user_dense${layer}_kernel`]);
      output = add(sums, model.weights[`user_dense${layer}_bias`].values).map((value) => Math.max(value, 0));
    }
    return output;
  };

  const towers = {
    identity: (model, { user, history, times: moments, contexts, newest: last }) => {
      const mapped = last.map((vector) => times(vector, model.weights.user_newest_kernel));
      return summed([...history, ...user, ...moments, ...contexts, ...mapped]);
    },
    mlp: (model, blocks) => dense(model, joined(sideBySide(blocks))),
    residual_mlp: (model, blocks) => {
      const { user, history, times: moments, contexts } = blocks;
      const mapped = times(dense(model, joined(sideBySide(blocks))), model.weights.user_residual_kernel);
      return summed([mapped, ...user, ...history, ...moments, ...contexts]);
    },
  };
  const sideBySide = ({ user, history, times: moments, contexts, newest: last }) => {
    const sums = [moments, contexts].filter((group) => group.length !== 0).map(summed);
    return [...user, ...history, ...sums, ...last];
  };

  /** The vectors that are compared with those of the items: one, or one of each interest. */
  const query = (model, request) => {
    const { tower, isCosine, unitEpsilon } = model.shape;
    const inputs = features(model, request);
    const vector = towers[tower](model, inputs);
    const vectors = inputs.interests.length === 0
      ? [vector] : inputs.interests.map((read) => add(times(read, model.weights.user_interest_kernel), vector));
    if (!isCosine) return vectors;
    return vectors.map((one) => {
      const squares = dot(one, one);
      const length = Math.sqrt(unitEpsilon > 0 ? squares + unitEpsilon : Math.max(squares, 1e-12));
      return one.map((value) => value / length);
    });
  };

  // --- the items

  /** The best k of the items that are not in `seen`; of equal ones the first. */
  const best = (items, queries, seen, k) => {
    const { rows, columns, scales, values } = items;
    const list = [];
    for (let item = 0, start = 0; item < rows; item++, start += columns) {
      let score = -Infinity;
      for (const query of queries) {
        let sum = 0;
        for (let place = 0; place < columns; place++) sum += query[place] * values[start + place];
        score = Math.max(score, sum * scales[item]);
      }
      if (list.length === k ? !(score > list[k - 1].score) : k === 0) continue;
      if (seen.has(item)) continue;
      let rank = list.length;
      while (rank > 0 ? score > list[rank - 1].score : false) rank--;
      list.splice(rank, 0, { place: item, score });
      if (list.length > k) list.pop();
    }
    return list;
  };

  /**
   * What the model recommends, best first: `items`, and `shared`, where after these any of the items would follow that
   * share one vector. A request has `history` (ids of items, the oldest first), `user` (an id), `contexts` (values by
   * the names of columns), and `time` (in the click log's unit; by default that of the newest training click).
   */
  const recommend = (model, request, k) => {
    const queries = query(model, request).map((vector) => Float64Array.from(vector));
    const seen = new Set(request.history.map((id) => model.places.get(id)));
    const list = best(model.vectors, queries, seen, k);
    const rest = model.shared
      ? Math.max(...queries.map((vector) => dot(vector, model.shared.vector.values))) : -Infinity;
    const items = list.filter((one) => one.score > rest).map((one) => ({
      ...one, id: model.ids[one.place], title: model.titles ? model.titles[one.place] : "",
    }));
    const isCut = model.shared ? items.length < k : false;
    return { items, shared: isCut ? { count: model.shared.count, score: rest } : null };
  };

  return { load, recommend };
})();
