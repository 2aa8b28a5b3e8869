import Recall
import Recipe

extension SeenItems {
  /// Reads the setting `seen`.
  static func read(_ fields: inout Fields) -> SeenItems {
    fields.choice(
      "seen",
      default: SeenItems.leaveOut,
      "What becomes of items that a user has clicked before: 'leave_out' of the lists, or 'keep' them as candidates like "
        + "others, where users come back to things."
    )
  }
}
