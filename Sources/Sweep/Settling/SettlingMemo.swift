/// The last verdict on a search, which is asked for many times a second while nothing has changed.
final class SettlingMemo {
  private var judged: [Trial] = []
  private var verdict: Settling.Verdict?

  /// The verdict of `settling` on `groups`, one trial a setting.
  func verdict(_ groups: [Trial], by settling: Settling) -> Settling.Verdict? {
    let key = groups.map(Self.told)
    if key == judged { return verdict }
    verdict = settling.verdict(groups)
    judged = key
    return verdict
  }

  /// What a verdict can hang on. What runs has no part in it but by its settings, and what is no number is not equal to
  /// itself.
  private static func told(_ group: Trial) -> Trial {
    guard !group.state.isPending else {
      return Trial(number: group.number, assignment: group.assignment, state: .running)
    }
    var told = Trial(number: group.number, assignment: group.assignment, state: group.state)
    told.values = group.values
    told.intermediates = group.intermediates.filter(\.value.isFinite)
    return told
  }
}
