import CKernels

extension FastKernels {
  func addPositions(
    _ positions: UnsafePointer<Float>,
    to rows: MatrixView,
    _ sequences: PackedRows,
    scale: Float,
    dropout: DropoutMask?
  ) {
    var native = sequences.native
    dropout.withNative { tb_add_positions(rows.block, &native, positions, scale, $0) }
  }

  func positionsBackward(
    _ gradient: MatrixView,
    _ sequences: PackedRows,
    scale: Float,
    dropout: DropoutMask?,
    to sums: UnsafeMutablePointer<Float>
  ) {
    var native = sequences.native
    dropout.withNative { tb_positions_backward(gradient.block, &native, scale, $0, sums) }
  }

  func normalizeLayer(_ rows: LayerRows, into output: MatrixView) {
    tb_normalize_layer(rows.input.block, rows.gain, rows.bias, rows.statistics, output.block)
  }

  func normalizeLayerBackward(
    _ rows: LayerRows,
    gradient: MatrixView,
    addingTo inputGradient: MatrixView,
    gainGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    tb_normalize_layer_backward(
      rows.input.block,
      rows.gain,
      rows.statistics,
      gradient.block,
      inputGradient.block,
      gainGradient,
      biasGradient
    )
  }

  func attendCausally(_ attention: CausalAttention, into output: MatrixView) {
    attention.withNative { tb_attend_causally($0, output.block) }
  }

  func attendCausallyBackward(
    _ attention: CausalAttention,
    gradient: MatrixView,
    projectionGradient: MatrixView
  ) {
    attention.withNative { tb_attend_causally_backward($0, gradient.block, projectionGradient.block) }
  }

  func gate(_ halves: MatrixView, dropout: DropoutMask?, into output: MatrixView) {
    dropout.withNative { tb_gate(halves.block, $0, output.block) }
  }

  func gateBackward(_ halves: MatrixView, dropout: DropoutMask?, gradient: MatrixView) {
    dropout.withNative { tb_gate_backward(halves.block, $0, gradient.block) }
  }
}

extension PackedRows {
  fileprivate var native: tb_sequences { tb_sequences(offsets: offsets, count: Int32(count)) }
}

extension DropoutMask? {
  fileprivate func withNative<Result>(_ body: (UnsafePointer<tb_dropout>?) -> Result) -> Result {
    guard var mask = self?.native else { return body(nil) }
    return withUnsafePointer(to: &mask) { body($0) }
  }
}

extension CausalAttention {
  fileprivate func withNative(_ body: (UnsafePointer<tb_causal>) -> Void) {
    dropout.withNative { mask in
      var native = tb_causal(
        projections: projections.block,
        weights: weights.block,
        sequences: sequences.native,
        heads: Int32(heads),
        longest: Int32(longest),
        scale: scale,
        dropout: mask
      )
      withUnsafePointer(to: &native) { body($0) }
    }
  }
}
