// The flow chart of the stepper: the boxes and arrows that the runs went through.

import { Diagram } from "./diagram.js";

export class ChartPane extends Diagram {
  constructor(view) {
    super("chart", "Flow, from the code");
    this.show(view.chart, [...view.words, ...view.notes]);
  }

  load() {}

  go(places) {
    this.light(places.map(({ run, at }) =>
      run.positions.slice(0, at + 1).map((position) => String(position.box))));
  }
}
