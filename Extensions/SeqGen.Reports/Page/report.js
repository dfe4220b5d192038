// What a report shows, in which order, and how a live page goes on. Knows the model; draws by charts.js.
(() => {
  'use strict';
  const { num, finite, format, el, css, color, kinds } = figures;
  const model = JSON.parse(document.getElementById('model').textContent);
  const main = document.getElementById('report');
  const shown = new Map();

  const names = { loss: 'Loss', accuracy: 'Accuracy', rmse: 'RMSE', mae: 'MAE' };
  const nameOf = metric => { const at = metric.lastIndexOf('/'), one = names[metric.slice(at + 1)] || metric.slice(at + 1); return at < 0 ? one : one + ' of ' + metric.slice(0, at); };
  const plural = (n, word) => format(n) + ' ' + word + (n === 1 ? '' : 's');
  const time = seconds => { const s = Math.round(seconds), p = v => String(v).padStart(2, '0'); return (s >= 3600 ? Math.floor(s / 3600) + ':' + p(Math.floor(s / 60) % 60) : Math.floor(s / 60)) + ':' + p(s % 60); };
  const bestMark = () => model.best ? [{ x: model.best, label: 'best: ' + model.best }] : [];
  const metricsOf = results => [...new Set(results.flatMap(r => Object.keys(r || {})))].filter(m => m !== 'positions');

  /** What the best epoch goes by: as was said, or the metric that has just these values. */
  function monitor() {
    if (model.monitor) return model.monitor;
    const of = e => e.validation || e.training, found = metricsOf(model.epochs.map(of)).find(m => model.epochs.every(e => num(of(e)[m]) === num(e.monitored)));
    return found ? nameOf(found).replace('Loss', 'loss').replace('Accuracy', 'accuracy') : 'monitored value';
  }

  // Sections: each gives its figures, or none.
  const sections = [
    ['Learning curves', () => {
      const epochs = model.epochs, x = epochs.map(e => e.epoch), charts = [];
      for (const metric of metricsOf(epochs.flatMap(e => [e.training, e.validation]))) {
        const series = epochs.some(e => e.training[metric] !== undefined) ? [{ label: 'training', values: epochs.map(e => e.training[metric]), color: '--s0' }] : [];
        if (epochs.some(e => e.validation?.[metric] !== undefined)) series.push({ label: 'validation', values: epochs.map(e => e.validation?.[metric]), color: '--s1' });
        charts.push({ key: metric, kind: 'lines', title: nameOf(metric), x, xLabel: 'epoch', whole: true, series, marks: bestMark(), canLog: true });
      }
      const monitored = epochs.map(e => e.monitored), known = charts.some(c => c.series.some(s => monitored.every((m, i) => num(s.values[i]) === num(m))));
      if (epochs.length && !known) charts.push({ key: 'monitored', kind: 'lines', title: 'Monitored: ' + monitor(), x, xLabel: 'epoch', whole: true, series: [{ label: monitor(), values: monitored, color: '--s4' }], marks: bestMark(), canLog: true });
      if (model.points?.x.length > 1) charts.push({ key: 'points', kind: 'lines', title: 'Loss of each epoch so far', x: model.points.x, xLabel: 'epoch', series: [{ label: 'training', values: model.points.loss, color: '--s0' }], canLog: true });
      return charts;
    }],
    ['Learning rate and time', () => model.epochs.length ? [
      { key: 'rate', kind: 'lines', title: 'Learning rate', x: model.epochs.map(e => e.epoch), xLabel: 'epoch', whole: true, series: [{ label: 'learning rate', values: model.epochs.map(e => e.learningRate), color: '--s2' }], marks: bestMark(), canLog: true },
      { key: 'seconds', kind: 'lines', title: 'Seconds an epoch', x: model.epochs.map(e => e.epoch), xLabel: 'epoch', whole: true, series: [{ label: 'seconds', values: model.epochs.map(e => e.seconds), color: '--s5' }] },
    ] : []],
    ['Gradients and updates', () => {
      const all = model.measurements;
      if (!all.length) return [];
      const x = all.map(m => m.update), clipped = all.some(m => num(m.clipping) < 1), by = { rows: model.measured.parameters, columns: x.map(String), rowAxis: 'parameter', columnAxis: 'update', scale: 'log' };
      return [
        { key: 'norm', kind: 'lines', title: 'Gradient norm', x, xLabel: 'update', whole: true, log: true, canLog: true, series: [{ label: 'all gradients', values: all.map(m => m.norm), color: '--s0' }, ...clipped ? [{ label: 'after clipping', values: all.map(m => num(m.norm) * num(m.clipping)), color: '--s1' }] : []] },
        { key: 'batch', kind: 'lines', title: 'Loss of single updates', x, xLabel: 'update', whole: true, canLog: true, series: [{ label: 'loss', values: all.map(m => m.loss), color: '--s0' }] },
        { key: 'gradients', kind: 'heat', title: 'Gradient norm of each parameter', ...by, values: transposed(all.map(m => m.gradients)) },
        { key: 'ratios', kind: 'heat', title: 'Update by values of each parameter', ...by, values: transposed(all.map(m => m.ratios)), note: 'The norm of an update by that of the values it changes. Some 0.001 is usual; far above it the rate is too high, far below it little is learnt.' },
      ];
    }],
    ['Gates and units', () => {
      const all = model.measurements, kinds = model.measured?.activations || [], last = all[all.length - 1];
      if (!all.length || !kinds.length) return [];
      const pick = test => kinds.map((a, i) => [a, i]).filter(([a]) => test(a.function === 'relu')), soft = pick(r => !r), hard = pick(r => r), x = all.map(m => m.update);
      return [
        ...soft.length ? [{ key: 'saturated', kind: 'heat', title: 'Saturated gates', rows: soft.map(([a]) => a.name), columns: x.map(String), rowAxis: 'gate', columnAxis: 'update', scale: 'linear', low: 0, high: 1,
          values: soft.map(([, i]) => all.map(m => num(m.low[i]) + num(m.high[i]))), note: 'The share of values at an end (sigmoid below 0.05 or above 0.95, tanh beyond 0.95), where next to no gradient passes.' }] : [],
        ...hard.length ? [{ key: 'dead', kind: 'lines', title: 'Dead units', x, xLabel: 'update', whole: true, series: hard.map(([a, i], k) => ({ label: a.name, values: all.map(m => m.dead[i]), color: color(k) })), note: 'The share of rectifiers that were 0 at every position of the batch.' }] : [],
        { key: 'gates', kind: 'sheet', title: 'At update ' + format(last.update), columns: ['activation', 'function', 'units', 'low end', 'high end', 'dead'], rows: kinds.map((a, i) => [a.name, a.function, a.units, last.low[i], last.high[i], last.dead[i]]) },
      ];
    }],
    ['How far back it learns', () => model.flow ? [{
      key: 'flow', kind: 'heat', title: 'Gradient of the last step\u2019s loss at each state', rows: model.flow.states.map(s => s.state), columns: model.flow.distances.map(String), values: model.flow.states.map(s => s.norms),
      rowAxis: 'state', columnAxis: 'steps back', scale: 'log', note: 'Rows that fade to the right: gradients vanish, and what lies further back is not learnt. Rows that grow: they explode.',
    }, {
      key: 'norms', kind: 'lines', title: 'The same in lines', x: model.flow.distances, xLabel: 'steps back', whole: true, log: true, canLog: true, series: model.flow.states.map((s, i) => ({ label: s.state, values: s.norms, color: color(i) })),
    }, ...flows()] : []],
    ['Results', () => {
      const rows = [], best = model.epochs.find(e => e.epoch === model.best), last = model.epochs[model.epochs.length - 1];
      const add = (name, result) => { if (result) rows.push([name, result]); };
      if (best) { add('training, epoch ' + best.epoch + ' (best)', best.training); add('validation, epoch ' + best.epoch + ' (best)', best.validation); }
      if (last && last !== best) { add('training, epoch ' + last.epoch + ' (last)', last.training); add('validation, epoch ' + last.epoch + ' (last)', last.validation); }
      for (const e of model.evaluations) add(e.name, e.result);
      const metrics = metricsOf(rows.map(r => r[1]));
      return rows.length ? [{ key: 'results', kind: 'sheet', title: 'Metrics', columns: ['data', ...metrics.map(nameOf), 'Positions'], rows: rows.map(([name, r]) => [name, ...metrics.map(m => r[m]), r.positions]) }, ...measured(model.evaluations, 'Measured: '), ...measured(model.comparisons, 'Compared: ')] : measured(model.comparisons, 'Compared: ');
    }],
    ['Confusions', () => {
      const t = model.confusion;
      if (!t) return [];
      const n = t.labels.length, all = t.counts.flat().reduce((a, b) => a + b, 0), right = t.counts.reduce((a, row, i) => a + row[i], 0);
      const pairs = t.counts.flatMap((row, r) => row.map((count, c) => [r, c, count])).filter(p => p[0] !== p[1] && p[2] > 0).sort((a, b) => b[2] - a[2]).slice(0, 20);
      const note = `${format(right)} of ${format(all)} right (${format(100 * right / Math.max(1, all), 4)} %).`;
      return [
        n <= 30 ? { key: 'confusion', kind: 'confusion', title: t.title, labels: t.labels, counts: t.counts, note }
          : { key: 'confusion', kind: 'heat', title: t.title, rows: t.labels, columns: t.labels, values: t.counts, rowAxis: 'is', columnAxis: 'taken for', scale: 'log', square: true, note },
        { key: 'classes', kind: 'sheet', title: 'Classes', columns: ['class', 'is', 'taken for', 'precision', 'recall'], rows: t.labels.map((l, i) => {
          const is = t.counts[i].reduce((a, b) => a + b, 0), taken = t.counts.reduce((a, row) => a + row[i], 0);
          return [l, is, taken, taken ? t.counts[i][i] / taken : null, is ? t.counts[i][i] / is : null];
        }) },
        ...pairs.length ? [{ key: 'pairs', kind: 'sheet', title: 'Most frequent confusions', columns: ['is', 'taken for', 'times'], rows: pairs.map(([r, c, count]) => [t.labels[r], t.labels[c], count]) }] : [],
      ];
    }],
    ['Forecasts', () => model.forecasts.map((f, i) => ({
      key: 'forecast' + i, kind: 'lines', wide: true, title: f.title, x: f.x, xLabel: f.axis, time: f.times, gaps: true,
      series: [
        { label: 'truth', values: f.truth, color: '--muted' }, { label: 'forecast', values: f.forecast, color: '--s0' },
        ...f.lower ? [{ label: f.interval + ', upper end', values: f.upper, color: '--s0', band: true }, { label: f.interval + ', lower end', values: f.lower, color: '--s0', band: true }] : [],
      ],
      bands: f.lower ? [3, 4] : null,
    }))],
    ['Attention', () => model.attention.map((a, i) => ({
      key: 'attention' + i, kind: 'heat', title: a.title, rows: a.rows.map(visible), columns: a.columns.map(visible), values: a.weights, rowAxis: a.rowAxis, columnAxis: a.columnAxis, scale: 'linear', low: 0, high: 1, square: true,
    }))],
    ['Network', () => [{
      key: 'layers', kind: 'sheet', title: model.network + ': ' + model.input, columns: ['layer', 'kind', 'output', 'parameters', 'multiply-adds a step', 'options'],
      rows: [...model.layers.map(l => [l.name, l.kind, l.output, l.parameters, l.multiplyAdds, l.description]), ['total', '', '', model.parameters, model.layers.reduce((a, l) => a + l.multiplyAdds, 0), model.trainable === model.parameters ? '' : format(model.trainable) + ' trainable']],
    }]],
  ];

  /** A space would not be seen. */
  const visible = label => label === ' ' ? '\u2423' : label;

  /** Tables of what was measured, or compared. */
  const measured = (all, title) => (all || []).flatMap((e, i) => e.tables.map((t, k) => ({ key: title + i + '-' + k, kind: 'sheet', title: title + e.name, columns: [t.corner, ...t.columns], rows: t.rows.map((r, j) => [r, ...t.values[j]]) })));

  const transposed = rows => rows.length ? rows[0].map((_, c) => rows.map(r => r[c])) : [];

  /** The flow of each state over the training, where it was measured more than once. */
  function flows() {
    const all = model.measurements.filter(m => m.flow), last = all[all.length - 1]?.flow;
    if (all.length < 2) return [];
    return last.states.slice(0, 6).map((s, i) => ({
      key: 'flow-' + s.state, kind: 'heat', title: 'Over the training: ' + s.state, rows: last.distances.map(String), columns: all.map(m => String(m.update)),
      values: last.distances.map(d => all.map(m => { const k = m.flow.distances.indexOf(d); return k < 0 ? null : m.flow.states[i]?.norms[k]; })), rowAxis: 'steps back', columnAxis: 'update', scale: 'log',
    }));
  }

  function tiles() {
    const epochs = model.epochs, last = epochs[epochs.length - 1], best = epochs.find(e => e.epoch === model.best), list = [];
    if (last) list.push(['epochs', format(last.epoch) + (model.stoppedEarly ? ', stopped early' : '')]);
    if (best) list.push(['best epoch', format(best.epoch)], ['its ' + (best.validation ? 'validation ' : '') + monitor(), format(best.monitored)]);
    if (last) {
      list.push(['training loss', format(last.training.loss)]);
      if (last.validation) list.push(['validation loss', format(last.validation.loss)]);
      list.push(['time', time(epochs.reduce((a, e) => a + e.seconds, 0))]);
    }
    list.push(['parameters', format(model.parameters)]);
    return el('dl', { class: 'tiles' }, ...list.map(([k, v]) => el('div', null, el('dt', null, k), el('dd', null, v))));
  }

  const head = el('div', { id: 'head' }), body = el('div', { id: 'body' });
  const spoken = el('p', { class: 'spoken', role: 'status' });

  function render() {
    head.replaceChildren(
      el('p', { class: 'made' }, model.network + (model.live ? '' : ' \u00b7 ' + model.made)),
      ...model.remarks.map(r => el('p', null, r)),
      ...(model.live ? [progress()] : []),
      tiles(),
      ...(model.notices.length ? [el('ul', { class: 'notices' }, ...model.notices.map(n => el('li', null, n)))] : []));
    for (const [title, give] of sections) {
      const specs = give();
      let section = shown.get(title);
      if (!specs.length) continue;
      if (!section) {
        const id = 'section-' + title.toLowerCase().replace(/[^a-z]+/g, '-'), grid = el('div', { class: 'figures' });
        section = { node: el('section', { 'aria-labelledby': id }, el('h2', { id }, title), grid), grid, figures: new Map() };
        shown.set(title, section);
        const after = sections.slice(0, sections.findIndex(s => s[0] === title)).map(s => shown.get(s[0])).filter(Boolean).pop();
        if (after) after.node.after(section.node); else body.prepend(section.node);
      }
      specs.forEach((spec, i) => {
        let figure = section.figures.get(spec.key);
        if (figure) figure.update(spec); else {
          section.figures.set(spec.key, figure = kinds[spec.kind](spec));
          figure.node.classList.toggle('wide', !!spec.wide);
        }
        if (section.grid.children[i] !== figure.node) section.grid.insertBefore(figure.node, section.grid.children[i] || null);
      });
    }
  }

  const redraw = () => { for (const section of shown.values()) for (const figure of section.figures.values()) figure.redraw(); };

  // A live page.
  let state = 'connecting';
  function progress() {
    const p = model.progress, text = state === 'ended' ? 'The training has ended.' : state === 'lost' ? 'No connection: trying again.' : !p ? 'Waiting for the first report.'
      : `Epoch ${format(p.epoch)} of ${format(p.epochs)}, batch ${format(p.batch)} of ${format(p.batches)}: loss ${format(p.loss)}, gradient norm ${format(p.gradientNorm, 4)}, ${format(Math.round(num(p.samplesPerSecond)))} samples/s, ${p.remaining === undefined ? 'no end set' : time(p.remaining) + ' left'}`;
    return el('div', { class: 'progress ' + state }, el('progress', { max: p ? p.epochs : 1, value: p ? p.epoch - 1 + p.batch / Math.max(1, p.batches) : 0, 'aria-label': 'Progress of the training' }), el('p', null, text));
  }

  function merge(news) {
    if (news.reset) { model.epochs = []; model.points = { x: [], loss: [] }; model.notices = []; }
    for (const epoch of news.epochs || []) {
      model.epochs = model.epochs.filter(e => e.epoch < epoch.epoch);
      model.epochs.push(epoch);
      spoken.textContent = `Epoch ${epoch.epoch}: loss ${format(epoch.training.loss)}`;
    }
    if (news.points) {
      if (news.points.all) model.points = { x: [], loss: [] };
      model.points.x.push(...news.points.x);
      model.points.loss.push(...news.points.loss);
    }
    for (const name of ['progress', 'best', 'measured', 'monitor']) if (news[name] !== undefined) model[name] = news[name];
    model.notices.push(...news.notices || []);
    if (news.allMeasurements) model.measurements = [];
    model.measurements.push(...news.measurements || []);
    const flow = model.measurements.findLast(m => m.flow)?.flow;
    if (flow) model.flow = flow;
  }

  function listen() {
    const source = new EventSource('events');
    let asked = false;
    // A browser that believes the page to be covered gives no frames; what has come is drawn all the same, if later.
    const show = () => {
      if (asked) return;
      asked = true;
      const draw = () => { if (asked) { asked = false; cancelAnimationFrame(frame); clearTimeout(late); render(); } };
      const frame = requestAnimationFrame(draw), late = setTimeout(draw, 500);
    };
    source.onmessage = e => { state = 'running'; merge(JSON.parse(e.data)); show(); };
    source.addEventListener('end', () => { source.close(); state = 'ended'; show(); });
    source.onerror = () => { state = 'lost'; show(); };
  }

  model.points ??= { x: [], loss: [] };
  main.replaceChildren(head, spoken, body);
  render();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => { document.documentElement.dataset.print = 'yes'; redraw(); });
  addEventListener('afterprint', () => { delete document.documentElement.dataset.print; redraw(); });
  document.body.append(el('footer', null, 'Written by SeqGen.Reports. Charts by uPlot (MIT, \u00a9 Leon Sorokin).'));
  if (model.live) listen();
})();
