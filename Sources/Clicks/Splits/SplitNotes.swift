/// Further counts to report about a split, which are not kept with it.
package struct SplitNotes: Sendable, Equatable {
  /// Clicks left out as repeated ones.
  package var repeatedClicks = 0
  /// Users left out for having too many clicks.
  package var busyUsers = 0
  /// Their clicks.
  package var busyUserClicks = 0
  /// Clicks of users who are kept, at or after their first held-out one, that are of no event that is held out: they are
  /// neither learned from nor tested. Of a second file, all of other events.
  package var otherEventClicks = 0
  /// Clicks that remained to be split.
  package var orderedClicks = 0
  /// How many of them have the time of another click of their user.
  package var tiedClicks = 0

  /// No counts yet.
  package init() {}
}
