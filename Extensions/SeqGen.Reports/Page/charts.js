// Figures of a report: line charts (by uPlot), heat maps and tables, each with its numbers behind it. Knows figures; refuses to know trainings.
// Text gets into the page as text alone (textContent), numbers are written alike everywhere.
var figures = (() => {
  'use strict';

  /** A number as the model has it: NaN and infinities are strings there. */
  const num = v => typeof v === 'string' ? Number(v) : v;
  const finite = v => { const n = num(v); return Number.isFinite(n) ? n : null; };

  /** A number for people: five digits, in any language of the browser the same. */
  function format(value, digits = 5) {
    if (value === null || value === undefined) return '\u2013';
    const v = num(value);
    if (Number.isNaN(v)) return 'NaN';
    if (!Number.isFinite(v)) return v > 0 ? '\u221e' : '\u2212\u221e';
    if (v === 0) return '0';
    const size = Math.abs(v);
    if (Number.isInteger(v) && size < 1e15) return (size < 1e4 ? String(v) : String(v).replace(/\B(?=(\d{3})+$)/g, '\u202f')).replace('-', '\u2212');
    return (size >= 1e6 || size < 1e-4 ? Number(v.toPrecision(Math.max(1, digits - 2))).toExponential().replace('e+', 'e') : String(Number(v.toPrecision(digits)))).replaceAll('-', '\u2212');
  }

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  function svg(tag, attributes, text) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  /** A line's own colour, by the name of a property of the style, which differs in light and dark. */
  const color = i => '--s' + (i % 8);

  /** A table. Cells are texts or numbers. */
  function table(columns, rows, caption) {
    const head = el('tr', null, ...columns.map((c, i) => el('th', { scope: 'col', class: i > 0 && rows.some(r => typeof r[i] !== 'string' || isNumeric(r[i])) ? 'number' : null }, c)));
    const body = rows.map(row => el('tr', null, ...row.map((cell, i) => {
      const text = typeof cell === 'string' && !isNumeric(cell) ? cell : format(cell);
      return i === 0 ? el('th', { scope: 'row' }, text) : el('td', { class: typeof cell === 'string' && !isNumeric(cell) ? null : 'number' }, text);
    })));
    return el('table', null, caption ? el('caption', null, caption) : null, el('thead', null, head), el('tbody', null, ...body));
  }
  const isNumeric = text => text === 'NaN' || text === 'Infinity' || text === '-Infinity';

  /** What is wider than the page scrolls by itself, by keyboard too. */
  const scroller = (label, child) => el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, child);

  /** The numbers behind a figure: made when they are asked for. */
  function numbers(title, make) {
    const details = el('details', { class: 'numbers' }, el('summary', null, 'Numbers'));
    const fill = () => { details.querySelector('.scroll')?.remove(); if (details.open) details.append(scroller('Numbers: ' + title, make())); };
    details.addEventListener('toggle', fill);
    return { node: details, refresh: fill };
  }

  /** Calls when the width of a node has changed. */
  function watch(node, changed) {
    let width = 0;
    new ResizeObserver(() => { if (node.clientWidth && node.clientWidth !== width) { width = node.clientWidth; changed(width); } }).observe(node);
  }

  function caption(spec, ...more) {
    return el('figcaption', null, el('h3', null, spec.title), ...more);
  }

  // Lines. spec: title, x, xLabel, series [{ label, values, color, band, dash }], marks [{ x, label }], time, canLog, log, note, summary.
  function lines(first) {
    let spec = first, plot = null, log = !!first.log, shape = '';
    const box = el('div', { class: 'plot' }), note = el('p', { class: 'note' });
    const scale = el('button', { type: 'button', 'aria-pressed': String(log) }, 'log scale');
    scale.addEventListener('click', () => { log = !log; scale.setAttribute('aria-pressed', String(log)); draw(); });
    const behind = numbers(spec.title, () => table([spec.xLabel, ...spec.series.map(s => s.label)], spec.x.map((x, i) => [spec.time ? new Date(x * 1000).toISOString().replace('T', ' ').slice(0, 19) : format(x, 8), ...spec.series.map(s => s.values[i])]), null));
    const node = el('figure', { class: 'lines' }, caption(spec, scale), box, note, behind.node);

    function data() {
      return [spec.x.map(num), ...spec.series.map(s => s.values.map(v => { const f = finite(v); return log && f !== null && f <= 0 ? null : f; }))];
    }

    function options(width) {
      const text = css('--muted'), grid = css('--grid'), font = '12px system-ui, sans-serif';
      const axis = { stroke: text, font, labelFont: font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
      const tick = (u, splits) => splits.map(v => v === null ? '' : format(v, 4));
      return {
        width, height: width < 420 ? 220 : 280,
        scales: { x: { time: !!spec.time, range: (u, min, max) => min === max ? [min - 1, max + 1] : [min, max] }, y: { distr: log ? 3 : 1 } },
        tzDate: s => uPlot.tzDate(new Date(s * 1000), 'Etc/UTC'),
        axes: [
          { ...axis, label: spec.xLabel, labelSize: 18, size: 34, values: spec.time ? times : tick, incrs: spec.whole ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] : undefined },
          { ...axis, values: tick, size: (u, values) => 14 + 7.2 * Math.max(3, ...(values || []).map(v => v.length)) },
        ],
        series: [
          { label: spec.xLabel, value: (u, v, s, i) => (v = i === null ? u.data[0][u.data[0].length - 1] : v) === undefined ? '' : spec.time ? new Date(v * 1000).toISOString().slice(0, 16).replace('T', ' ') : format(v, 8) },
          ...spec.series.map((s, i) => ({
            label: s.label, stroke: css(s.color || color(i)), width: s.band ? 0 : 1.8, dash: s.dash, value: (u, v, k, at) => format(at === null ? u.data[k][u.data[k].length - 1] : v), spanGaps: false,
            points: s.band ? { show: false } : { size: 5, fill: css(s.color || color(i)) },
          })),
        ],
        bands: spec.bands ? [{ series: spec.bands, fill: css('--band') }] : [],
        cursor: { drag: { x: true, y: false }, focus: { prox: 24 } }, focus: { alpha: 0.35 },
        hooks: { draw: [marks] },
      };
    }

    function times(u, splits, axis, space, step) {
      return splits.map(v => { const t = new Date(v * 1000).toISOString(); return step >= 2.4e6 ? t.slice(0, 7) : step >= 86400 ? t.slice(5, 10) : t.slice(11, 16); });
    }

    function marks(u) {
      const ratio = uPlot.pxRatio, { left, top, width, height } = u.bbox, c = u.ctx;
      for (const mark of spec.marks || []) {
        if (mark.x < u.scales.x.min || mark.x > u.scales.x.max) continue;
        const x = Math.round(u.valToPos(mark.x, 'x', true));
        c.save();
        c.strokeStyle = c.fillStyle = css('--muted');
        c.lineWidth = ratio;
        c.setLineDash([4 * ratio, 4 * ratio]);
        c.beginPath(); c.moveTo(x, top); c.lineTo(x, top + height); c.stroke();
        c.font = 12 * ratio + 'px system-ui, sans-serif';
        c.textAlign = x > left + width / 2 ? 'right' : 'left';
        c.textBaseline = 'top';
        c.fillText(mark.label, x + (c.textAlign === 'right' ? -6 : 6) * ratio, top + 4 * ratio);
        c.restore();
      }
    }

    function draw() {
      const width = box.clientWidth;
      if (!width) return;
      const now = JSON.stringify([spec.series.map(s => s.label), spec.bands, spec.time, log, width < 420]);
      const values = data();
      if (plot && now === shape) {
        plot.setData(values);
      } else {
        plot?.destroy();
        plot = new uPlot(options(width), values, box);
        shape = now;
        legend();
      }
      const canvas = box.querySelector('canvas');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', spec.title + '. ' + (spec.summary || spec.series.map(s => { const v = s.values.map(finite).filter(x => x !== null); return v.length ? s.label + ' from ' + format(v[0]) + ' to ' + format(v[v.length - 1]) : s.label + ': no finite values'; }).join('; ')) + '. The numbers are below.');
    }

    /** Lines are hidden and shown by keyboard too. */
    function legend() {
      box.querySelectorAll('.u-series').forEach((row, i) => {
        const label = row.querySelector('th');
        if (i === 0 || !label) return;
        label.setAttribute('tabindex', '0');
        label.setAttribute('role', 'button');
        label.setAttribute('aria-pressed', 'true');
        label.addEventListener('click', () => label.setAttribute('aria-pressed', String(!row.classList.contains('u-off'))));
        label.addEventListener('keydown', e => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); label.click(); } });
      });
    }

    function update(next) {
      spec = next;
      const lost = spec.series.reduce((n, s) => n + s.values.filter(v => v !== null && v !== undefined && finite(v) === null).length, 0);
      const values = spec.series.flatMap(s => s.values).map(finite).filter(v => v !== null);
      note.textContent = [spec.note, lost && !spec.gaps ? lost + (lost === 1 ? ' value is' : ' values are') + ' not finite: a gap here, see the numbers.' : null].filter(Boolean).join(' ');
      note.hidden = !note.textContent;
      scale.hidden = !(spec.canLog && values.length > 1 && values.every(v => v > 0));
      draw();
      behind.refresh();
    }

    watch(box, width => { plot?.setSize({ width, height: width < 420 ? 220 : 280 }); if (!plot) draw(); });
    queueMicrotask(() => update(spec));
    return { node, update, redraw() { plot?.destroy(); plot = null; draw(); } };
  }

  // A heat map. spec: title, rows, columns, values, rowAxis, columnAxis, scale ('log' or 'linear'), low, high, square, note.
  function heat(first) {
    let spec = first;
    const box = el('div', { class: 'heat' }), key = el('p', { class: 'key' }), out = el('output', { class: 'readout' }), note = el('p', { class: 'note' });
    const frame = scroller(spec.title, box);
    const behind = numbers(spec.title, () => table([spec.rowAxis + ' \\ ' + spec.columnAxis, ...spec.columns], spec.rows.map((r, i) => [r, ...spec.values[i]])));
    const node = el('figure', { class: 'map' }, caption(spec), key, frame, out, note, behind.node);
    const levels = 32;

    function rgb(name) {
      const hex = css(name);
      return [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
    }

    function shade(share) {
      const stops = [rgb('--h0'), rgb('--h1'), rgb('--h2')], at = Math.min(1, Math.max(0, share)) * 2, i = Math.min(1, Math.floor(at));
      return 'rgb(' + stops[i].map((v, k) => Math.round(v + (stops[i + 1][k] - v) * (at - i))).join(',') + ')';
    }

    function range() {
      const all = spec.values.flat().map(finite).filter(v => v !== null && (spec.scale !== 'log' || v > 0));
      let low = spec.low ?? Math.min(...sample(all, Math.min)), high = spec.high ?? Math.max(...sample(all, Math.max));
      if (!all.length && spec.low === undefined) { low = 0; high = 1; }
      if (spec.scale === 'log') low = Math.max(low, high * 1e-12);
      return [low, high];
    }

    /** So that no call has a million arguments. */
    const sample = (all, pick) => all.length ? [all.reduce((a, b) => pick(a, b))] : [0];

    function draw() {
      const width = frame.clientWidth;
      if (!width) return;
      const [low, high] = range(), n = spec.rows.length, m = spec.columns.length;
      const of = v => spec.scale === 'log' ? (high > low ? Math.log(v / low) / Math.log(high / low) : 1) : (high > low ? (v - low) / (high - low) : 1);
      const longest = Math.max(...spec.rows.map(r => r.length)), left = Math.round(Math.min(220, 14 + 7 * longest));
      // On paper nothing scrolls.
      const least = document.documentElement.dataset.print ? 0.5 : spec.square ? 12 : 4;
      const cell = Math.max(least, Math.min(spec.square ? 26 : 40, (width - left - 8) / m)), tall = spec.square ? Math.max(16, cell) : 24;
      const wide = Math.max(...spec.columns.map(c => c.length)) * 7, turned = wide > cell && spec.square && spec.columns.some(c => !/^\d+$/.test(c)), above = turned ? Math.min(140, wide + 10) : 20;
      const every = turned ? 1 : Math.max(1, Math.ceil((wide + 10) / cell)), total = left + m * cell + 8, bottom = above + n * tall;
      const picture = svg('svg', { width: total, height: bottom + 8, viewBox: `0 0 ${total} ${bottom + 8}`, role: 'img', 'aria-label': `${spec.title}: ${n} rows (${spec.rowAxis}) by ${m} columns (${spec.columnAxis}), ${format(low)} to ${format(high)}. The numbers are below.` });
      // Whole pixels: no seams between cells.
      const edge = Math.round, paths = new Map();
      spec.values.forEach((row, r) => row.forEach((value, c) => {
        const v = finite(value), level = v === null ? 'var(--gap)' : spec.scale === 'log' && v <= 0 ? shade(0) : shade(Math.round(of(v) * levels) / levels);
        paths.set(level, (paths.get(level) || '') + `M${edge(left + c * cell)} ${edge(above + r * tall)}H${edge(left + (c + 1) * cell)}V${edge(above + (r + 1) * tall)}H${edge(left + c * cell)}z`);
      }));
      for (const [level, d] of paths) picture.append(svg('path', { d, fill: level, 'shape-rendering': 'crispEdges' }));
      picture.append(svg('rect', { x: left - 0.5, y: above - 0.5, width: Math.round(m * cell) + 1, height: Math.round(n * tall) + 1, fill: 'none', stroke: 'var(--line)' }));
      spec.rows.forEach((label, r) => picture.append(svg('text', { x: left - 6, y: above + r * tall + tall / 2 + 4, 'text-anchor': 'end' }, label.length > 29 ? label.slice(0, 28) + '\u2026' : label)));
      spec.columns.forEach((label, c) => {
        if (c % every) return;
        const x = left + c * cell + cell / 2;
        picture.append(turned ? svg('text', { transform: `translate(${x + 4} ${above - 6}) rotate(-90)` }, label) : svg('text', { x, y: above - 6, 'text-anchor': 'middle' }, label));
      });
      picture.addEventListener('pointermove', e => {
        const at = picture.getBoundingClientRect(), c = Math.floor((e.clientX - at.left - left) / cell), r = Math.floor((e.clientY - at.top - above) / tall);
        out.textContent = spec.values[r]?.[c] === undefined ? '\u00a0' : `${spec.rowAxis} ${spec.rows[r]}, ${spec.columnAxis} ${spec.columns[c]}: ${format(spec.values[r][c])}`;
      });
      const bar = svg('svg', { width: 96, height: 12, 'aria-hidden': 'true' });
      for (let i = 0; i < levels; i++) bar.append(svg('rect', { x: i * 3, y: 0, width: 3.2, height: 12, fill: shade(i / (levels - 1)) }));
      key.replaceChildren(spec.rowAxis + ' (down) by ' + spec.columnAxis + ' (across);', el('span', { class: 'range' }, format(low, 4), bar, format(high, 4)), spec.scale === 'log' ? 'logarithmic' : '');
      box.replaceChildren(picture);
    }

    function update(next) {
      spec = next;
      note.textContent = spec.note || '';
      note.hidden = !spec.note;
      out.textContent = '\u00a0';
      draw();
      behind.refresh();
    }

    watch(frame, draw);
    queueMicrotask(() => update(spec));
    return { node, update, redraw: draw };
  }

  // A table that is seen at once. spec: title, columns, rows, note.
  function sheet(first) {
    const box = scroller(first.title, ''), note = el('p', { class: 'note' });
    function update(spec) {
      box.replaceChildren(table(spec.columns, spec.rows));
      note.textContent = spec.note || '';
      note.hidden = !spec.note;
    }
    update(first);
    return { node: el('figure', { class: 'sheet' }, caption(first), box, note), update, redraw() { } };
  }

  // Counts of classes taken for classes. spec: title, labels, counts, note.
  function confusion(first) {
    const box = scroller(first.title, ''), note = el('p', { class: 'note' });
    function update(spec) {
      const rows = spec.counts.map((counts, r) => {
        const sum = Math.max(1, counts.reduce((a, b) => a + b, 0));
        return el('tr', null, el('th', { scope: 'row' }, spec.labels[r]), ...counts.map((count, c) => {
          const cell = el('td', { class: (r === c ? 'right' : 'wrong') + (count / sum > 0.4 ? ' full' : '') }, count ? format(count) : '\u00b7');
          cell.style.setProperty('--share', Math.round(100 * Math.sqrt(count / sum)) + '%');
          return cell;
        }));
      });
      box.replaceChildren(el('table', { class: 'confusion' }, el('caption', null, 'Rows: what it is. Columns: what it was taken for.'),
        el('thead', null, el('tr', null, el('td'), ...spec.labels.map(l => el('th', { scope: 'col' }, l)))), el('tbody', null, ...rows)));
      note.textContent = spec.note || '';
      note.hidden = !spec.note;
    }
    update(first);
    return { node: el('figure', { class: 'sheet' }, caption(first), box, note), update, redraw() { } };
  }

  return { num, finite, format, el, table, css, color, kinds: { lines, heat, sheet, confusion } };
})();
