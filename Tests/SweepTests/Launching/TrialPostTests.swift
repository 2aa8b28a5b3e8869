import Files
import Foundation
import TestSupport
import Testing

@testable import Sweep

@Suite("The folder through which a trial is led")
struct TrialPostTests {
  private let scratch: ScratchFolder
  private let post: TrialPost

  init() throws {
    scratch = try ScratchFolder()
    post = TrialPost(scratch.file("jobs/trials-0003/k3f9"))
    try post.begin(
      TrialOrder(
        study: "study",
        recipe: "r.yaml",
        overrides: ["train.epochs=3"],
        digest: "d",
        trial: Trial(number: 3, assignment: ["x": .nan]),
        purpose: .search,
        inputs: [:],
        parent: nil,
        beatSeconds: 15,
        watchSeconds: 2
      )
    )
  }

  @Test("what is told is what is heard, and of a line that was cut off the rest is passed over")
  func told() throws {
    #expect(post.name == "trials-0003-k3f9")
    let teller = TrialTeller(post)
    var listener = TrialListener(post)
    #expect(listener.news().isEmpty)
    let lines: [TrialTold] = [
      .began(host: "a", process: 7, at: 1.5),
      .value(cell: "train", step: 1, value: .infinity, cellSeconds: 2, seconds: 3),
    ]
    for line in lines { try teller.say(line) }
    #expect(listener.news() == lines)
    #expect(listener.news().isEmpty)
    // A kill in the midst of a line, then another process that goes on.
    let file = try #require(FileHandle(forWritingAtPath: post.told))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\n{\"value\":{\"cell\":\"tr".utf8))
    #expect(listener.news().isEmpty)
    try TrialTeller(post).say(.ended(at: 9))
    #expect(listener.news() == [.ended(at: 9)])
    let order = try CodableJSON.value(TrialOrder.self, from: try MappedFile.readText(post.order))
    #expect(order.trial.assignment["x"]?.isNaN == true && order.trial.number == 3)
  }

  @Test("a word is whole or none, stays what it was said last, and who finds no folder is to stop")
  func words() throws {
    #expect(post.word == .goOn)
    post.tell(.prune("at epoch 1\nworse"))
    #expect(post.word == .prune("at epoch 1 worse"))
    post.tell(.stop)
    #expect(post.word == .stop)
    post.tell(.prune(String(repeating: "é", count: 5000)))
    let long = post.word
    if case .prune(let reason) = long {
      #expect(reason.hasPrefix("éééé"))
    } else {
      Issue.record("\(String(describing: long))")
    }
    #expect(TrialWord("prune half") == nil && TrialWord("") == nil && TrialWord("else\n") == nil)
    post.remove()
    #expect(post.word == .stop)
    #expect(throws: (any Error).self) { try TrialTeller(post).say(.beat(at: 1)) }
  }

  @Test("a result is there whole or not at all")
  func outcome() throws {
    #expect(try post.outcome() == nil)
    let outcome = TrialOutcome(.complete, values: [0.25, .infinity])
    try scratch.write("jobs/trials-0003/k3f9/end.json", "{\"state\":")
    #expect(throws: (any Error).self) { try post.outcome() }
    try scratch.write("jobs/trials-0003/k3f9/end.json", try CodableJSON.text(outcome))
    #expect(try post.outcome() == outcome)
  }
}
