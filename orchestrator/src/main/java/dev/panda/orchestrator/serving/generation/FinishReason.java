package dev.panda.orchestrator.serving.generation;

/** Why a response ended. */
public enum FinishReason {
  END_TOKEN,
  STOP_STRING,
  LENGTH
}
