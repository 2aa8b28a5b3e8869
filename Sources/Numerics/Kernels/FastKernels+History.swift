import CKernels

extension FastKernels {
  func attend(_ attention: AttentionRows, into output: MatrixView) {
    var native = attention.native
    tb_attend(&native, output.block)
  }

  func attendBackward(_ attention: AttentionRows, gradient: MatrixView, queryGradient: MatrixView) {
    var native = attention.native
    tb_attend_backward(&native, gradient.block, queryGradient.block)
  }

  func gatedStep(_ step: GatedStep) {
    var native = step.native
    tb_gru_step(&native)
  }

  func gatedStepBackward(_ step: GatedStep, stateGradient: MatrixView) {
    var native = step.native
    tb_gru_step_backward(&native, stateGradient.start)
  }
}

extension AttentionRows {
  fileprivate var native: tb_attention {
    tb_attention(
      clicks: clicks.start,
      offsets: offsets,
      queries: queries.block,
      scale: scale,
      weights: weights
    )
  }
}

extension GatedStep {
  fileprivate var native: tb_gru {
    precondition(
      gates.stride == 3 * width && inner.stride == width && state.stride == width,
      "the rows of a step lie side by side"
    )
    return tb_gru(
      rows: Int32(state.rows),
      width: Int32(width),
      gates: gates.start,
      recurrent: before?.products.start,
      previous: before.map { UnsafePointer($0.state.start) },
      bias: bias,
      inner: inner.start,
      hidden: state.start
    )
  }
}
