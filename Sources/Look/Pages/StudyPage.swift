import Notebook
import Report
import Sweep

/// A sweep while it goes and after.
struct StudyPage: LivePage {
  let house: House
  let recipe: String
  let id: String

  let pause = 300

  func stamp() -> String { house.studies.stamp(recipe, id) }

  func content() throws -> PageContent {
    let view = try house.studies.view(recipe, id)
    let phase = StudyBook.phase(view)
    var contents = view.blocks.compactMap { block -> String? in
      if case .heading(2, let text) = block { text } else { nil }
    }
    contents.append("All trials")
    var renderer = HTMLRenderer()
    let anchored = contents.dropLast().map { (title: $0, anchor: Self.anchor($0)) }
    let found = renderer.render(view.blocks, under: 2)
    var trials = HTMLRenderer(prefix: "t")
    return PageContent(
      title: "Sweep of \(view.info.name)",
      place: .none,
      contents: anchored + [("All trials", "study.trials.title")],
      regions: [
        .init(id: "study.head", html: "<h1>\(HTMLText.escapedLine("Sweep of \(view.info.name)"))</h1>\n"),
        .init(id: "study.state", html: state(view, phase)), .init(id: "study.summary", html: summary(view)),
        .init(id: "study.found", html: found),
        .init(
          id: "study.trials",
          html: "<h2 id=\"study.trials.title\">All trials</h2>\n"
            + trials.render([.table(view.trialTable)], under: 2)
        ),
      ],
      status: "\(phase.rawValue.prefix(1).uppercased())\(phase.rawValue.dropFirst())."
    )
  }

  private static func anchor(_ heading: String) -> String {
    var renderer = HTMLRenderer()
    return renderer.anchor(heading)
  }

  private func summary(_ view: StudyView) -> String {
    var renderer = HTMLRenderer(prefix: "s")
    return renderer.render(view.summary, under: 2)
  }

  private func state(_ view: StudyView, _ phase: StudyBook.Phase) -> String {
    let done = view.trials.count { ![.waiting, .running].contains($0.state) }
    let cap = max(view.cap ?? view.trials.count, 1)
    let share = NumberFormat.fixed(min(1, Double(done) / Double(cap)), digits: 3)
    var html = """
      <p><progress max="1" value="\(share)" aria-label="Progress of the sweep"></progress> \
      \(HTMLText.escapedLine(StudyBook.words(view)))</p>

      """
    let ending = house.studies.ending(recipe, id)
    if !ending.isEmpty, phase == .stopped { html += note("warning", ending) }
    if let problem = view.problem { html += note("warning", "Nobody can go on with it: \(problem)") }
    switch phase {
    case .running:
      html += button("stop", "Stop", "What runs is put back, and goes on another time.")
    case .stopping: html += "<p class=\"aside\">Its workers are asked to stop.</p>\n"
    case .stopped where house.studies.isResuming(recipe, id):
      html += "<p class=\"aside\">It begins to go on.</p>\n"
    case .stopped where view.problem == nil:
      html += button(
        "resume",
        "Go on",
        "It runs on where this page's program ends; stop it here or with 'towerbook sweep stop'."
      )
    case .stopped, .complete: break
    }
    return html
  }

  private func note(_ kind: String, _ text: String) -> String {
    "<div class=\"note \(kind)\" role=\"note\"><p>\(HTMLText.escapedLine(text))</p></div>\n"
  }

  private func button(_ action: String, _ title: String, _ words: String) -> String {
    """
    <form class="act" action="\(PageAddress.path("study", recipe, id, action))" method="post">
    <input type="hidden" name="token" value="\(house.token)"/>
    <button id="study.\(action)" aria-describedby="study.\(action).words">\(title)</button>
    <span class="aside" id="study.\(action).words">\(HTMLText.escapedLine(words))</span>
    </form>

    """
  }
}
