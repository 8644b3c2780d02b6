package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.Ahead;

/**
 * What the base model computes ahead for the responses to a request.
 *
 * @param ahead how much
 * @param likely token ids that a response is likely to repeat in parts
 */
record Foresight(Ahead ahead, int[] likely) {
  /** Places in the cache for the candidates behind a draft. */
  private static final int DRAFTED_CANDIDATES = 64;

  /** All that a model offers. */
  static Foresight of(GenerationRequest request, Ahead offered, int k, int[] likely) {
    int most = request.method().isGuided() ? DRAFTED_CANDIDATES / k : DRAFTED_CANDIDATES;
    int draft = request.drafting().isPresent() ? Math.min(offered.draft(), most) : 0;
    return new Foresight(new Ahead(draft, Math.min(offered.foreseen(), k)), likely);
  }
}
