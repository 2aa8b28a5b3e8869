import Testing

@testable import Steps

@Suite("The rhythm of checkpoints")
struct CheckpointRhythmTests {
  private let begin = ContinuousClock.now

  @Test("after so many epochs, however long they take")
  func epochs() {
    let rhythm = CheckpointRhythm(epochs: 3, now: begin)
    #expect((1...7).filter { rhythm.isDue(after: $0, now: begin) } == [3, 6])
  }

  @Test("or after the first that ends a second after the last checkpoint, and twenty times what that took")
  func share() {
    var rhythm = CheckpointRhythm(epochs: nil, now: begin)
    #expect(!rhythm.isDue(after: 1, now: begin + .milliseconds(999)))
    #expect(rhythm.isDue(after: 1, now: begin + .seconds(1)))
    rhythm.note(from: begin + .seconds(1), to: begin + .seconds(2))
    #expect(!rhythm.isDue(after: 2, now: begin + .seconds(21)))
    #expect(rhythm.isDue(after: 2, now: begin + .seconds(22)))
    rhythm.note(from: begin + .seconds(22), to: begin + .seconds(22))
    #expect(!rhythm.isDue(after: 3, now: begin + .milliseconds(22_900)))
    #expect(rhythm.isDue(after: 3, now: begin + .seconds(23)))
  }
}
