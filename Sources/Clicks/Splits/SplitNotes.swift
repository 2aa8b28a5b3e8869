/// Further counts to report about a split, which are not kept with it.
package struct SplitNotes: Sendable, Equatable {
  /// Clicks left out as repeated ones.
  package var repeatedClicks = 0
  /// Users left out for having too many clicks.
  package var busyUsers = 0
  /// Their clicks.
  package var busyUserClicks = 0
  /// Clicks of users who are kept, at or after their first held-out one, that cannot be held out, being of another event or
  /// counting 0: they are neither learned from nor tested. Of a second file, all such clicks.
  package var otherEventClicks = 0
  /// All clicks of users with a history who were not drawn.
  package var unsampledClicks = 0
  /// Clicks that would be held out of users who were not drawn to be tested, where these must not be learned from.
  package var untestedClicks = 0
  /// Clicks that remained to be split.
  package var orderedClicks = 0
  /// How many of them have the time of another click of their user.
  package var tiedClicks = 0

  /// No counts yet.
  package init() {}
}
