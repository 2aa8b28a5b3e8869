import Files
import Foundation
import Notebook
import Testing

@testable import Sweep

@Suite("Studies as text")
struct StudyTextTests {
  private func trials() -> [Trial] {
    var done = Trial(number: 0, assignment: ["rate": 0.1, "loss": 1, "margin": -0.5])
    (done.state, done.values, done.seconds, done.attempts) = (.complete, [.nan], 1.5, 2)
    (done.created, done.ended, done.seed) = (0, 86_399.999, 7)
    done.reason = "said \"no\",\r\nthen ended"
    done.metrics = ["m": .infinity]
    done.intermediates = [.init(step: 1, value: .nan)]
    return [done, Trial(number: 1, assignment: ["rate": 1e-05], group: 0)]
  }

  @Test("CSV has a line a trial, fields quoted where they must be and empty where there is no value")
  func writesCSV() {
    let text = StudyTable.text(Studies.info(), trials()) { parameter, value in
      parameter.name == "loss" ? "a,b" : "\(value)"
    }
    #expect(
      text == """
        number,group,repetition,seed,state,eval.ndcg@20,rate,width,loss,margin,seconds,attempts,created,ended,reason
        0,0,0,7,complete,nan,0.1,,"a,b",-0.5,1.5,2,1970-01-01T00:00:00Z,1970-01-01T23:59:59Z,"said ""no"",\r
        then ended"
        1,0,0,,waiting,,1e-05,,,,0.0,0,1970-01-01T00:00:00Z,,

        """
    )
  }

  @Test("a reason of several lines is one line: the first, and as many of the last as there is room for")
  func reasons() {
    #expect(FailureReason.oneLine("") == "")
    #expect(FailureReason.oneLine("out of memory\n") == "out of memory")
    #expect(
      FailureReason.oneLine("'sh f.sh' ended with exit code 3; it said:\n  the licence\r\n\n  has expired\n")
        == "'sh f.sh' ended with exit code 3; it said: the licence / has expired"
    )
    #expect(FailureReason.oneLine("it said:\none\ntwo\nthree\nfour", longest: 24) == "it said: … / four")
    let long = FailureReason.oneLine(String(repeating: "é", count: 999), longest: 20)
    #expect(long == String(repeating: "é", count: 9) + "…")
    for length in 1...60 {
      let text = FailureReason.oneLine(
        "it ended; it said:\nfirst line\nsecond line\nthe last line",
        longest: length
      )
      #expect(text.count <= length || length < 12, "\(length): \(text)")
    }
  }

  @Test("a search of which every trial failed has failed, with the first reason")
  func allFailed() {
    func trial(_ number: Int, _ state: TrialState, _ reason: String? = nil) -> Trial {
      var trial = Trial(number: number, assignment: [:], state: state)
      trial.reason = reason
      return trial
    }
    let failed = [trial(0, .failed, "it said:\nno"), trial(1, .failed)]
    #expect(
      Sweep.failure(failed)
        == RunFailure("all 2 trials failed, and there is no best setting; the first: it said: no")
    )
    #expect(
      Sweep.failure([trial(0, .failed)]) == RunFailure("the only trial failed, and there is no best setting")
    )
    #expect(Sweep.failure([]) == nil && Sweep.failure(failed + [trial(2, .pruned)]) == nil)
    #expect(Sweep.failure(failed + [trial(2, .waiting)]) == nil)
  }

  @Test("times are in UTC, to the microsecond for Optuna")
  func writesTimes() {
    #expect(UTCTime.iso8601(1_709_210_096.9) == "2024-02-29T12:34:56Z")
    #expect(UTCTime.sqlAlchemy(1_709_210_096.000_25) == "2024-02-29 12:34:56.000250")
    #expect(UTCTime.sqlAlchemy(0.999_999_9) == "1970-01-01 00:00:01.000000")
    #expect(UTCTime.iso8601(-0.5) == "1969-12-31T23:59:59Z")
    #expect(UTCTime.compact(1_709_210_096.9) == "20240229-123456")
  }

  @Test("JSON holds the whole study, keys ascending and null for what is not finite")
  func writesJSON() throws {
    let text = StudyJSON.text(
      Studies.info(),
      trials(),
      confirmations: [Trial(number: 0, assignment: [:])],
      value: { $0 == "loss" ? .string("softmax") : .real($1) },
      choices: { $0 == "loss" ? [.string("a"), .string("softmax"), .string("c")] : [] }
    )
    let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(root.keys.sorted() == ["confirmations", "study", "trials"])
    let study = try #require(root["study"] as? [String: Any])
    #expect(study["seed"] as? String == "18446744073709551615")
    #expect((study["definition"] as? [String: Any])?["name"] as? String == "a/b")
    let all = try #require(root["trials"] as? [[String: Any]])
    #expect(all.count == 2 && all[0]["reason"] as? String == "said \"no\",\r\nthen ended")
    #expect(text.contains(#""metrics": {\#n        "m": null\#n      }"#))
    #expect(text.contains(#""values": [\#n        null\#n      ]"#))
    #expect(
      text.hasPrefix("{\n  \"confirmations\": [\n    {\n      \"assignment\": {},\n      \"attempts\": 0,")
    )
  }
}
