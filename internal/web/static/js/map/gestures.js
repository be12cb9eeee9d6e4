// Pointer gestures on the stage: drag, pinch, wheel, point, press.

const CLICK = 6; // pixels that a press may slip

export function gestures(stage, to) {
  const fingers = new Map();
  let slipped = 0;
  let spread = 0;
  const local = (e) => {
    const box = stage.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  };

  stage.addEventListener("wheel", (e) => {
    e.preventDefault();
    to.zoom(Math.exp(-e.deltaY * (e.ctrlKey ? 0.01 : 0.0016)), ...local(e));
  }, { passive: false });

  stage.addEventListener("pointerdown", (e) => {
    if (fingers.size === 0) slipped = 0;
    fingers.set(e.pointerId, local(e));
    stage.setPointerCapture(e.pointerId);
  });

  stage.addEventListener("pointermove", (e) => {
    const at = local(e);
    if (!fingers.has(e.pointerId)) {
      to.point(...at);
      return;
    }
    const [x, y] = fingers.get(e.pointerId);
    fingers.set(e.pointerId, at);
    if (fingers.size === 1) {
      slipped += Math.abs(at[0] - x) + Math.abs(at[1] - y);
      if (slipped > CLICK) to.drag(at[0] - x, at[1] - y);
    } else if (fingers.size === 2) {
      slipped = Infinity;
      const [[ax, ay], [bx, by]] = fingers.values();
      const now = Math.hypot(ax - bx, ay - by);
      if (spread) to.zoom(now / spread, (ax + bx) / 2, (ay + by) / 2);
      spread = now;
    }
  });

  const lift = (e) => {
    fingers.delete(e.pointerId);
    spread = 0;
    if (fingers.size === 0) to.rest();
  };
  stage.addEventListener("pointerup", (e) => {
    const press = fingers.size === 1 && slipped <= CLICK && e.button === 0;
    lift(e);
    if (press) to.press(...local(e));
  });
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("pointerleave", () => to.leave());
}
