import NIOCore
import NIOHTTPTypes

/// Closes connections whose other side takes its time: each part of an exchange has a deadline of its own, however often a
/// byte of it comes. While the service works at an answer there is none.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let settings: ServiceSettings
  private var deadline: Scheduled<Void>?

  init(_ settings: ServiceSettings) { self.settings = settings }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { set(settings.headSeconds, context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { clear() }

  func channelActive(context: ChannelHandlerContext) {
    set(settings.headSeconds, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    clear()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: set(settings.bodySeconds, context)
    case .body: break
    case .end: clear()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head:
      set(settings.answerSeconds, context)
      context.write(data, promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      let taken = promise ?? context.eventLoop.makePromise()
      let isolated = taken.futureResult.assumeIsolated()
      isolated.whenSuccess { self.set(self.settings.idleSeconds + self.settings.headSeconds, context) }
      isolated.whenFailure { _ in self.clear() }
      context.write(data, promise: taken)
    }
  }

  private func set(_ seconds: Int64, _ context: ChannelHandlerContext) {
    clear()
    guard context.channel.isActive else { return }
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) {
      context.close(promise: nil)
    }
  }

  private func clear() {
    deadline?.cancel()
    deadline = nil
  }
}
