import Recall
import Report

/// How large a page with a model in it becomes.
struct LiveSize {
  private let saved: SavedModel
  private let items: LiveItems
  private let besides: Int

  /// - Parameter besides: how many bytes the page has without the model.
  init(_ saved: SavedModel, _ items: LiveItems, besides: Int) {
    (self.saved, self.items, self.besides) = (saved, items, besides)
  }

  private func bytes(_ bits: PackedVectors.Precision) -> Int {
    besides + LiveModel.characters(saved, items, bits: bits)
  }

  func fits(_ bits: PackedVectors.Precision) -> Bool { bytes(bits) <= LiveReport.mostBytes }

  /// Why a page with vectors in 8 bits is not written, and what to ask instead.
  var refusal: String {
    let (all, count) = (bytes(.eight), items.places.count)
    let users = LiveModel.usersCharacters(saved, bits: .eight)
    let fixed = besides + users
    let room = LiveReport.mostBytes - fixed
    let many = NumberFormat.grouped(count)
    let start =
      "the page would take \(NumberFormat.bytes(all)), and at most \(NumberFormat.bytes(LiveReport.mostBytes)) are "
      + "written: "
    guard room > 0, all > fixed else {
      let largest = users > besides ? "the vectors of users" : "the report"
      return start + "\(largest) alone are too much"
        + (users > besides ? "; a model with 'user_id: false' has none" : "")
    }
    // Some room is left, as titles differ in length.
    let fitting = max(1, Int(0.95 * Double(room) / (Double(all - fixed) / Double(count))))
    let digits = "\(fitting)".count
    let step = (0..<max(0, digits - 2)).reduce(1) { step, _ in 10 * step }
    return start
      + "\(many) items have vectors of their own, of \(items.vectors.columns) numbers; --live-items "
      + "\(fitting / step * step) would keep those clicked most, which the page then says"
  }
}
