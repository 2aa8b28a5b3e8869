import Synchronization

/// A value that is made when it is first asked for, and stays the same from then on: a folder that files are added to while
/// a run is under way is read as it was when the recipe was checked.
final class Once<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  /// The value, which `make` makes the first time.
  func value(_ make: () -> Value) -> Value {
    value.withLock { held in
      if let held { return held }
      let made = make()
      held = made
      return made
    }
  }
}
