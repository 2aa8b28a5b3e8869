import Files
import Glibc
import Notebook
import Recipe
import Synchronization

/// What the server knows after a client has introduced itself: how it counts, which folder it works in, what is open.
final class EditorSession: Sendable {
  let check: RecipeCheck
  let workspace = Workspace()
  let encoding: PositionEncoding
  let words: RecipeWords
  private let writer: MessageWriter
  private let version: String
  private let refreshes: Bool
  private let cache: String
  private let threads = Mutex<(checking: BackgroundThread?, forecasting: BackgroundThread?)>((nil, nil))
  private let forecastable = Mutex<[String]>([])

  init(_ options: EditorServer.Options, _ client: Parameters.Initialize, _ writer: MessageWriter) {
    self.writer = writer
    version = options.version
    encoding = PositionEncoding(offered: client.capabilities?.general?.positionEncodings)
    refreshes = client.capabilities?.workspace?.codeLens?.refreshSupport ?? false
    let folder = (client.workspaceFolders?.first?.uri ?? client.rootUri).flatMap(FileURI.path)
    let root = folder ?? FilePaths.current
    check = RecipeCheck(
      steps: options.steps,
      rules: options.rules,
      root: root,
      outputs: options.outputs,
      environment: options.environment
    )
    words = RecipeWords(steps: options.steps, rules: options.rules, declarations: check.declarations)
    cache = FilePaths.absolute(options.cache ?? FilePaths.join(options.outputs, ".cache"), from: root)
    start()
  }

  private func start() {
    let forecaster = Forecaster(outputs: check.outputs, cache: cache)
    let held = Mutex(forecaster)
    let made = (
      checking: BackgroundThread { [self] in checkAll() },
      forecasting: BackgroundThread { [self] in held.withLock { forecastAll($0) } }
    )
    threads.withLock { $0 = made }
  }

  /// What the server can do, as the answer to `initialize`.
  var capabilities: JSONValue {
    let triggers = [" ", ":", "{", "[", ",", "$", ".", "*", "@", "-"].map(JSONValue.string)
    let can: [(key: String, value: JSONValue)] = [
      ("positionEncoding", .string(encoding.rawValue)),
      (
        "textDocumentSync",
        .object([("openClose", .bool(true)), ("change", .int(2)), ("save", .bool(true))])
      ), ("completionProvider", .object([("triggerCharacters", .array(triggers))])),
      ("hoverProvider", .bool(true)), ("definitionProvider", .bool(true)),
      ("codeLensProvider", .object([("resolveProvider", .bool(false))])),
      (
        "codeActionProvider",
        .object([("codeActionKinds", .array([.string("quickfix"), .string("source.fixAll")]))])
      ),
    ]
    let server = JSONValue.object([("name", .string("towerbook")), ("version", .string(version))])
    return .object([("capabilities", .object(can)), ("serverInfo", server)])
  }

  // MARK: What the client tells

  /// Takes a notification; one that is not known, or not understood, is passed over as the protocol has it.
  func take(_ method: String, _ message: RPCMessage) {
    switch method {
    case "textDocument/didOpen":
      guard let opened = try? message.parameters(Parameters.DidOpen.self).textDocument else { return }
      open(opened)
    case "textDocument/didChange":
      guard let changed = try? message.parameters(Parameters.DidChange.self) else { return }
      change(changed)
    case "textDocument/didClose":
      guard let closed = try? message.parameters(Parameters.OfDocument.self).textDocument else { return }
      workspace.close(closed.uri)
      publish(closed.uri, version: nil, [])
    case "textDocument/didSave", "workspace/didChangeWatchedFiles":
      // What is extended, or a data file, may be another one now.
      for uri in workspace.open { look(at: uri) }
    default: break
    }
  }

  private func open(_ opened: Parameters.OpenedDocument) {
    // What has no file yet is taken for one in the client's folder.
    let path =
      FileURI.path(opened.uri)
      ?? FilePaths.join(check.root, FilePaths.name(of: opened.uri.replacing(":", with: "/")))
    var document = Workspace.Document(
      uri: opened.uri,
      path: path,
      version: opened.version,
      text: EditorText(opened.text)
    )
    document.isRecipe = words.isRecipe(document.text)
    workspace.open(document)
    look(at: opened.uri)
  }

  private func change(_ changed: Parameters.DidChange) {
    let isOpen = workspace.change(changed.textDocument.uri) { document in
      for change in changed.contentChanges { document.text.apply(change, encoding) }
      document.version = changed.textDocument.version ?? document.version
      document.serial += 1
      if !document.isRecipe { document.isRecipe = words.isRecipe(document.text) }
    }
    if isOpen { look(at: changed.textDocument.uri) }
  }

  private func look(at uri: String) {
    workspace.wait(uri)
    threads.withLock { $0.checking }?.wake()
  }

  // MARK: What goes on beside

  private func checkAll() {
    while let uri = workspace.next() {
      guard let document = workspace.document(uri) else { continue }
      guard document.isRecipe else {
        publish(uri, version: document.version, [])
        continue
      }
      let result = check.check(check.shown(document.path), unsaved: workspace.unsaved)
      let checked = Workspace.Checked(
        serial: document.serial,
        result: result,
        before: document.checked
      )
      let isOpen = workspace.change(uri) { $0.checked = checked }
      guard isOpen else { continue }
      publish(uri, version: document.version, ProblemList(self, document).json(of: result.diagnostics))
      forecast(uri)
    }
  }

  /// How long typing must pause before forecasts are made, in microseconds.
  private static let pause: UInt32 = 200_000

  private func publish(_ uri: String, version: Int?, _ problems: [JSONValue]) {
    var members: [(key: String, value: JSONValue)] = [("uri", .string(uri))]
    if let version { members.append(("version", .int(version))) }
    writer.notify("textDocument/publishDiagnostics", .object(members + [("diagnostics", .array(problems))]))
  }

  /// Has the forecasts of a document's cells made anew, as a run may have ended.
  func forecast(_ uri: String) {
    forecastable.withLock { waiting in if !waiting.contains(uri) { waiting.append(uri) } }
    threads.withLock { $0.forecasting }?.wake()
  }

  private func forecastAll(_ forecaster: Forecaster) {
    // Until typing pauses, nobody looks at these, and others need the processor.
    usleep(Self.pause)
    while let uri = forecastable.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      guard let checked = workspace.document(uri)?.checked, let plan = checked.plan else { continue }
      let isSound = checked.result.isSound
      let forecasts = forecaster.forecasts(of: plan, isSound: isSound)
      var isNew = false
      _ = workspace.change(uri) { document in
        isNew = document.forecasts != forecasts
        document.forecasts = forecasts
      }
      if isNew && refreshes { writer.request("workspace/codeLens/refresh", id: "lenses") }
    }
  }
}
