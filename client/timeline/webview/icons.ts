/** The small pictures of the rows, in the manner of VS Code's own: 16 by 16, in the colour of the text. */
import type { TimelineAction } from '../messages.ts';

type Icon = TimelineAction | 'flag' | 'disk' | 'warning';

const paths: Readonly<Record<Icon, string>> = {
  rewind: 'M3 3v4h4M3.3 6.8A5.2 5.2 0 1 1 3 9.500M8 5.500V8.500l2 1.200',
  variables: 'M2.500 3.500h11M2.500 8h11M2.500 12.500h11M6 2v12',
  fork: 'M5 5v6M5 8.500h3.500a2.500 2.500 0 0 0 2.500-2.500V5M5 2.200a1.400 1.400 0 1 1 0 2.800a1.400 1.400 0 0 1 0-2.800M11 2.200a1.400 1.400 0 1 1 0 2.800a1.400 1.400 0 0 1 0-2.800M5 11a1.400 1.400 0 1 1 0 2.800a1.400 1.400 0 0 1 0-2.800',
  compare:
    'M2.500 3.500h4.500v9h-4.500zM9 3.500h4.500v9h-4.500zM4 6.200h1.500M10.500 6.200h1.500M10.500 9h1.500',
  name: 'M4 2.500h8v11l-4-3.200l-4 3.200z',
  delete: 'M2.500 4.500h11M6 4.500v-2h4v2M4 4.500l.7 9h6.600l.7-9M6.800 7v4M9.200 7v4',
  flag: 'M4 2h8v12l-4-3.200L4 14z',
  disk: 'M3 2.500h8l2.500 2.500v8.500h-10.500zM5.500 2.500v3.500h4.500v-3.500M5 13.500v-4.500h6v4.500',
  warning: 'M8 2.500l6 11h-12zM8 6.500v3.500M8 11.500v.6',
};

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
