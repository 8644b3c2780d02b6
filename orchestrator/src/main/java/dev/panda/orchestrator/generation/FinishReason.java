package dev.panda.orchestrator.generation;

/** Why a response ended. */
public enum FinishReason {
  END_TOKEN,
  STOP_STRING,
  LENGTH
}
