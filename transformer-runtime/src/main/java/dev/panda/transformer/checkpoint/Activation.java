package dev.panda.transformer.checkpoint;

/** The function of the feed-forward's gate. */
public enum Activation {
  SILU("silu"),
  /** GELU in its approximation by tanh. */
  GELU_TANH("gelu_pytorch_tanh");

  private final String huggingFaceName;

  Activation(String huggingFaceName) {
    this.huggingFaceName = huggingFaceName;
  }

  String huggingFaceName() {
    return huggingFaceName;
  }
}
