import Report

/// One section of a study's report.
protocol StudySection {
  /// The section with its heading; a sentence where there is nothing to show, or no blocks where it does not apply.
  static func blocks(_ study: StudyDigest) -> [Block]
}
