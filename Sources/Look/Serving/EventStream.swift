import Files
import Hummingbird
import NIOCore

/// What an open page is told, as server-sent events: the parts of it that have become others.
struct EventStream: Sendable {
  let page: any LivePage
  /// The digest of what the page shows; where it is that still, nothing is sent at first.
  let seen: String?
  let isStopping: @Sendable () -> Bool

  /// After so many milliseconds in which nothing is sent a line without meaning is, so that a browser that has left is
  /// noticed.
  private static let silence = 10_000

  /// The answer, which ends where the browser leaves or the service does.
  var response: Response {
    var headers = PageFrame.common
    headers[.contentType] = "text/event-stream; charset=utf-8"
    return Response(status: .ok, headers: headers, body: ResponseBody { writer in try await send(&writer) })
  }

  /// What tells one state of a page from another.
  static func digest(_ content: PageContent) -> String {
    "\(Digest(content.regions.map { "\($0.id)\n\($0.html)" }.joined(separator: "\n")))"
  }

  private func send(_ writer: inout any ResponseBodyWriter) async throws {
    try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
    var (stamp, silent) = ("", 0)
    var shown: [String: String] = [:]
    var (contents, status) = ("", "")
    var (isFirst, wasGone) = (true, false)
    while !isStopping() {
      let page = page
      let now = await Blocking.run { page.stamp() }
      if now != stamp || isFirst {
        stamp = now
        let content = await Blocking.run { Self.content(of: page) }
        // What the page was loaded with need not come again.
        if isFirst, Self.digest(content) == seen {
          for region in content.regions { shown[region.id] = region.html }
          (contents, status) = (PageFrame.contents(content), content.status)
        }
        isFirst = false
        var events = ""
        if content.isGone { events += Self.event("gone", [("text", content.status)]) }
        if wasGone, !content.isGone { events += Self.event("here", []) }
        wasGone = content.isGone
        for region in content.regions where !region.isFixed && shown[region.id] != region.html {
          shown[region.id] = region.html
          events += Self.event("region", [("id", region.id), ("html", region.html)])
        }
        let list = PageFrame.contents(content)
        if list != contents, !content.isGone {
          contents = list
          events += Self.event("region", [("id", "page.contents"), ("html", list)])
        }
        if content.status != status {
          status = content.status
          events += Self.event("status", [("text", status)])
        }
        if !events.isEmpty {
          silent = 0
          // A browser that comes again says by it what it shows.
          events += "id: \(Self.digest(content))\nevent: shown\ndata: {}\n\n"
          try await writer.write(ByteBuffer(string: events))
        }
      }
      try await Task.sleep(for: .milliseconds(page.pause))
      silent += page.pause
      if silent >= Self.silence {
        silent = 0
        try await writer.write(ByteBuffer(string: ": here\n\n"))
      }
    }
    try await writer.finish(nil)
  }

  private static func content(of page: any LivePage) -> PageContent {
    do { return try page.content() } catch {
      let text = (error as? PageProblem)?.message ?? "\(error)"
      return PageContent(title: "", place: .none, regions: [], status: text, isGone: true)
    }
  }

  private static func event(_ name: String, _ members: [(key: String, value: String)]) -> String {
    let data = JSONValue.object(members.map { (key: $0.key, value: .string($0.value)) }).text(.compact)
    return "event: \(name)\ndata: \(data)\n\n"
  }
}
