import Recall
import Synchronization

/// Counts and times of the service, as Prometheus reads them.
final class ServiceMetrics: Sendable {
  private struct State {
    /// How many requests of a route ended with a status.
    var counts: [Key: Int] = [:]
    /// Of each route the newest times in seconds, at most ``kept``, in a ring; how many there were, and their sum.
    var times: [String: (newest: [Double], count: Int, sum: Double)] = [:]
    var active = 0
  }

  private struct Key: Hashable, Comparable {
    var route: String
    var status: Int
    static func < (a: Key, b: Key) -> Bool { (a.route, a.status) < (b.route, b.status) }
  }

  /// Quantiles are those of so many newest requests of a route.
  private static let kept = 4_096

  private let state = Mutex(State())

  /// A request began.
  func begin() { state.withLock { $0.active += 1 } }

  /// A request of `route` ended with `status` after `seconds`.
  func end(_ route: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.active -= 1
      state.counts[Key(route: route, status: status), default: 0] += 1
      var times = state.times[route] ?? ([], 0, 0)
      if times.newest.count < Self.kept {
        times.newest.append(seconds)
      } else {
        times.newest[times.count % Self.kept] = seconds
      }
      times.count += 1
      times.sum += seconds
      state.times[route] = times
    }
  }

  /// What there is beside the requests.
  struct Gauges: Sendable {
    var waiting: Int
    var blocks: Int
    var blockedRequests: Int
    var items: Int
    var users: Int
    var reloads: Int
    var model: String
    var index: String
    var state: ServiceState.Facts
    var stateBlocks: Int
    var changes: Recommender.ItemChanges
  }

  /// All of it in Prometheus's text format, version 0.0.4.
  func text(_ gauges: Gauges) -> String {
    var text = ""
    func add(_ name: String, _ type: String, _ help: String, _ lines: [(labels: String, value: String)]) {
      text += "# HELP towerbook_\(name) \(help)\n# TYPE towerbook_\(name) \(type)\n"
      for line in lines { text += "towerbook_\(name)\(line.labels) \(line.value)\n" }
    }
    let (counts, times, active) = state.withLock { ($0.counts, $0.times, $0.active) }
    add(
      "requests_total",
      "counter",
      "Requests that were answered.",
      counts.sorted { $0.key < $1.key }.map {
        ("{route=\"\($0.key.route)\",status=\"\($0.key.status)\"}", "\($0.value)")
      }
    )
    var lines = ""
    for (route, times) in times.sorted(by: { $0.key < $1.key }) {
      let sorted = times.newest.sorted()
      for quantile in [0.5, 0.9, 0.99] {
        let place = min(sorted.count - 1, Int((Double(sorted.count) * quantile).rounded(.up)) - 1)
        lines +=
          "towerbook_request_seconds{route=\"\(route)\",quantile=\"\(quantile)\"} \(sorted[max(place, 0)])\n"
      }
      lines += "towerbook_request_seconds_sum{route=\"\(route)\"} \(times.sum)\n"
      lines += "towerbook_request_seconds_count{route=\"\(route)\"} \(times.count)\n"
    }
    add(
      "request_seconds",
      "summary",
      "Seconds from a request's head to its answer; quantiles of the newest 4096.",
      []
    )
    text += lines
    add("requests_active", "gauge", "Requests that are being answered.", [("", "\(active)")])
    add("queue", "gauge", "Recommendations that wait for the model.", [("", "\(gauges.waiting)")])
    add(
      "blocks_total",
      "counter",
      "Blocks in which recommendations were searched.",
      [("", "\(gauges.blocks)")]
    )
    add(
      "blocked_requests_total",
      "counter",
      "Recommendations in these blocks.",
      [("", "\(gauges.blockedRequests)")]
    )
    add("items", "gauge", "Items that can be recommended.", [("", "\(gauges.items)")])
    add(
      "items_added",
      "gauge",
      "Items that the model lacks and that were put.",
      [("", "\(gauges.changes.added)")]
    )
    add("items_changed", "gauge", "Items of the model that were put.", [("", "\(gauges.changes.changed)")])
    add("items_deleted", "gauge", "Items that were deleted.", [("", "\(gauges.changes.deleted)")])
    add(
      "items_refused",
      "gauge",
      "Items that were put and that this model cannot take.",
      [("", "\(gauges.changes.refused.count)")]
    )
    add("events_total", "counter", "Events of all times in the log.", [("", "\(gauges.state.events)")])
    add("event_users", "gauge", "Users of whom there are events.", [("", "\(gauges.state.users)")])
    add("state_bytes", "gauge", "Bytes of the log of events and items.", [("", "\(gauges.state.bytes)")])
    add(
      "state_writes_total",
      "counter",
      "Writes to that log, each on the disk.",
      [("", "\(gauges.stateBlocks)")]
    )
    add("users", "gauge", "Users that the model knows.", [("", "\(gauges.users)")])
    add("reloads_total", "counter", "Models that took another's place.", [("", "\(gauges.reloads)")])
    add(
      "model_info",
      "gauge",
      "The model that answers.",
      [("{digest=\"\(gauges.model)\",index=\"\(gauges.index)\"}", "1")]
    )
    return text
  }
}
