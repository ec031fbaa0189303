// Turns map coordinates into places on the screen, in CSS pixels.

/** A flat view: a centre and a number of pixels per unit. */
export class Camera2D {
  constructor() {
    this.home();
  }

  home() {
    Object.assign(this, { x: 0, y: 0, zoom: 1 });
  }

  resize(width, height, extent, inset) {
    Object.assign(this, { width, height, inset });
    const roomX = width - inset.left - inset.right;
    const roomY = height - inset.top - inset.bottom;
    this.base = Math.max(1, Math.min(roomX / (2 * extent[0]), roomY / (2 * extent[1])));
    this.middleX = inset.left + roomX / 2;
    this.middleY = inset.top + roomY / 2;
  }

  get scale() {
    return this.base * this.zoom;
  }

  project(coordinates, n, sx, sy) {
    const s = this.scale;
    const ax = this.middleX - this.x * s;
    const ay = this.middleY + this.y * s;
    for (let i = 0, j = 0; i < n; i++, j += 2) {
      sx[i] = ax + coordinates[j] * s;
      sy[i] = ay - coordinates[j + 1] * s;
    }
  }

  drag(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
  }

  /** Zooms so that what lies under (px, py) stays there. */
  zoomAt(factor, px, py) {
    const next = Math.min(400, Math.max(0.4, this.zoom * factor));
    const before = this.scale;
    this.zoom = next;
    const dx = px - this.middleX;
    const dy = py - this.middleY;
    this.x += dx / before - dx / this.scale;
    this.y -= dy / before - dy / this.scale;
  }

  /** The view with a word in the middle. */
  lookAt(coordinates, word, zoom) {
    return { x: coordinates[word * 2], y: coordinates[word * 2 + 1], zoom };
  }

  get view() {
    return { x: this.x, y: this.y, zoom: this.zoom };
  }

  set view(view) {
    Object.assign(this, view);
  }
}

/** A view of space: turned by yaw and pitch, seen in mild perspective. */
export class Camera3D {
  constructor() {
    this.home();
  }

  home() {
    Object.assign(this, { yaw: 0.6, pitch: 0.35, zoom: 1, x: 0, y: 0, z: 0 });
  }

  resize(width, height, extent, inset) {
    Object.assign(this, { width, height, inset });
    const room = Math.min(width - inset.left - inset.right, height - inset.top - inset.bottom);
    this.base = Math.max(1, room / 2.15);
    this.middleX = inset.left + (width - inset.left - inset.right) / 2;
    this.middleY = inset.top + (height - inset.top - inset.bottom) / 2;
  }

  /** Also fills `depth`: 0 is the nearest dot's side, 1 the farthest. */
  project(coordinates, n, sx, sy, depth) {
    const [cy, sny] = [Math.cos(this.yaw), Math.sin(this.yaw)];
    const [cp, sp] = [Math.cos(this.pitch), Math.sin(this.pitch)];
    const s = this.base * this.zoom;
    for (let i = 0, j = 0; i < n; i++, j += 3) {
      const x = coordinates[j] - this.x;
      const y = coordinates[j + 1] - this.y;
      const z = coordinates[j + 2] - this.z;
      const rx = x * cy + z * sny;
      const rz = z * cy - x * sny;
      const ry = y * cp - rz * sp;
      const away = rz * cp + y * sp;
      const near = 3.2 / (3.2 + away);
      sx[i] = near > 0 ? this.middleX + rx * s * near : NaN;
      sy[i] = this.middleY - ry * s * near;
      depth[i] = Math.min(1, Math.max(0, (away + 1.5) / 3));
    }
  }

  turn(dx, dy) {
    this.yaw += dx * 0.007;
    this.pitch = Math.min(1.55, Math.max(-1.55, this.pitch + dy * 0.007));
  }

  drag(dx, dy) {
    const s = this.base * this.zoom;
    const [cy, sny] = [Math.cos(this.yaw), Math.sin(this.yaw)];
    this.x -= (dx / s) * cy;
    this.z -= (dx / s) * sny;
    this.y += dy / s;
  }

  zoomAt(factor) {
    this.zoom = Math.min(60, Math.max(0.4, this.zoom * factor));
  }

  lookAt(coordinates, word, zoom) {
    const at = word * 3;
    return {
      ...this.view,
      x: coordinates[at],
      y: coordinates[at + 1],
      z: coordinates[at + 2],
      zoom: Math.min(zoom, 2.5),
    };
  }

  get view() {
    const { yaw, pitch, zoom, x, y, z } = this;
    return { yaw, pitch, zoom, x, y, z };
  }

  set view(view) {
    Object.assign(this, view);
  }
}

/** Moves a camera to a view over `ms` milliseconds; returns a function that stops it. */
export function fly(camera, to, ms, onStep) {
  const from = camera.view;
  if (ms <= 0 || window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    camera.view = to;
    onStep(true);
    return () => {};
  }
  const start = performance.now();
  let frame = 0;
  const step = (now) => {
    const t = Math.min(1, (now - start) / ms);
    const eased = t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2;
    const view = {};
    for (const name of Object.keys(to)) {
      view[name] =
        name === "zoom"
          ? from.zoom * (to.zoom / from.zoom) ** eased
          : from[name] + (to[name] - from[name]) * eased;
    }
    camera.view = view;
    onStep(t === 1);
    if (t < 1) frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}
