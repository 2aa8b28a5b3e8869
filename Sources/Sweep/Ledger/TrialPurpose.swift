/// What a trial is run for; numbers go on without gaps within a purpose.
package enum TrialPurpose: String, Sendable, Codable, CaseIterable {
  /// To find good settings.
  case search
  /// To run the best settings again under other seeds.
  case confirm
}
