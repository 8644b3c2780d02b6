/** What people and programs get of a benchmark: text, JSON and a chart. */
package dev.panda.orchestrator.workshop.benchmark.report;
