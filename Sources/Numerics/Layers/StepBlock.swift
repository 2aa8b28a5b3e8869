/// A block of rows and its known clicks, step after step; see `PackedSteps`. Nothing is owned.
struct StepBlock {
  /// One step over the first rows of the block, in the order of their places.
  struct Step {
    /// Which clicks it reads, one a row that still has one.
    let clicks: Range<Int>
    /// The clicks of these rows in the step before; nil in the first.
    let before: Range<Int>?
    /// The places of the rows that end with it.
    let ending: Range<Int>
  }

  /// Its rows in the batch.
  let rows: Range<Int>
  /// Its clicks among all.
  let clicks: Range<Int>
  /// Which row of the block is at each place, `[rows]`.
  let order: UnsafePointer<Int32>
  /// How many clicks the row at each place has, `[rows]`, descending.
  let lengths: UnsafePointer<Int32>

  /// The places of the rows without a known click.
  var empty: Range<Int> { active(0)..<rows.count }

  /// Calls `body` with each step, the oldest clicks first.
  func forEachStep(_ body: (Step) -> Void) {
    var (first, active) = (clicks.lowerBound, active(0))
    var before: Int?
    var number = 0
    while active > 0 {
      let next = self.active(number + 1, atMost: active)
      let range = first..<first + active
      body(Step(clicks: range, before: before.map { $0..<$0 + range.count }, ending: next..<active))
      (before, first, active, number) = (first, range.upperBound, next, number + 1)
    }
  }

  /// Calls `body` with each step, the newest clicks first.
  func forEachStepBackwards(_ body: (Step) -> Void) {
    var (end, next) = (clicks.upperBound, 0)
    for number in (0..<(rows.isEmpty ? 0 : Int(lengths[0]))).reversed() {
      let active = activeBackwards(number, atLeast: next)
      let range = end - active..<end
      let before = number > 0 ? range.lowerBound - activeBackwards(number - 1, atLeast: active) : nil
      body(Step(clicks: range, before: before.map { $0..<$0 + active }, ending: next..<active))
      (end, next) = (range.lowerBound, active)
    }
  }

  /// How many rows have a click in step `step`, where the step before had `most` of them.
  private func active(_ step: Int, atMost most: Int? = nil) -> Int {
    var active = most ?? rows.count
    while active > 0 && Int(lengths[active - 1]) <= step { active -= 1 }
    return active
  }

  /// The same, where the step after has `least` of them.
  private func activeBackwards(_ step: Int, atLeast least: Int) -> Int {
    var active = least
    while active < rows.count && Int(lengths[active]) > step { active += 1 }
    return active
  }
}
