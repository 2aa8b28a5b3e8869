/// How often each item was clicked in a window that slides over the clicks, and which of them one user has seen.
struct RecentWindow {
  /// The window is `low..<high` of the clicks in the order of time.
  var low = 0
  var high = 0
  /// The clicks on each code within the window, `[items + 1]`.
  private(set) var clicks: [Int32]
  /// The codes with clicks within the window, in no order.
  private(set) var active: [Int32] = []
  /// Where a code stands in `active`.
  private var activePlaces: [Int32]
  /// The last user for whom a code is hidden, so that nothing is cleared between users.
  private var hiddenFor: [Int32]
  private var user: Int32 = 0

  /// An empty window over `items` items.
  init(items: Int) {
    clicks = [Int32](repeating: 0, count: items + 1)
    activePlaces = clicks
    hiddenFor = clicks
  }

  /// Counts a click that comes in.
  mutating func add(_ code: Int32) {
    if clicks[Int(code)] == 0 {
      activePlaces[Int(code)] = Int32(active.count)
      active.append(code)
    }
    clicks[Int(code)] += 1
  }

  /// Takes back a click that was counted.
  mutating func remove(_ code: Int32) {
    clicks[Int(code)] -= 1
    guard clicks[Int(code)] == 0, let last = active.popLast() else { return }
    let place = activePlaces[Int(code)]
    guard last != code else { return }
    active[Int(place)] = last
    activePlaces[Int(last)] = place
  }

  /// Hides the codes that the next user has seen, in place of those of the one before.
  mutating func startUser(seen codes: some Sequence<Int32>) {
    user += 1
    for code in codes { hide(code) }
  }

  /// Hides one more code from this user.
  mutating func hide(_ code: Int32) { hiddenFor[Int(code)] = user }

  /// Hides the codes with clicks within the window that are such.
  mutating func hide(where isHidden: (Int32) -> Bool) {
    for code in active where isHidden(code) { hide(code) }
  }

  /// Whether this user has seen a code.
  func isHidden(_ code: Int32) -> Bool { hiddenFor[Int(code)] == user }

  /// Offers all codes with clicks that this user has not seen, their clicks as scores.
  func offerUnseen(to best: inout BestItems) {
    let user = user
    active.withUnsafeBufferPointer { active in
      clicks.withUnsafeBufferPointer { clicks in
        hiddenFor.withUnsafeBufferPointer { hiddenFor in
          for code in active where hiddenFor[Int(code)] != user { best.offer(code, Float(clicks[Int(code)])) }
        }
      }
    }
  }
}
