import { Gauge, Registry } from 'prom-client';
import type { Status } from '../../../contract/health.ts';
import type { UnitState } from '../checks/services.ts';

/** What the appliance tells of itself; all that concerns the system comes from node-exporter. */
export interface OwnFigures {
  readonly status: Status;
  readonly units: readonly UnitState[];
  /** Null while it is not known. */
  readonly certificateEnd: Date | null;
  readonly configurationVersion: number;
}

/** Writes the appliance's own metrics, in Prometheus text 0.0.4. */
export class OwnMetrics {
  readonly #registry = new Registry();
  readonly #info = this.#gauge('kiln_info', 'Image, version and slot that run.', ['image', 'version', 'slot']);
  readonly #inService = this.#gauge('kiln_in_service', 'Whether load balancers are told to send work here.');
  readonly #first = this.#gauge(
    'kiln_first_in_service_seconds',
    'From the kernel’s start to the first time in service.',
  );
  readonly #drained = this.#gauge('kiln_drained', 'Whether an operator took the appliance out of service.');
  readonly #healthy = this.#gauge('kiln_check_healthy', 'Whether a check passes; absent until asked.', ['check']);
  readonly #seconds = this.#gauge('kiln_check_duration_seconds', 'How long a check took.', ['check']);
  readonly #active = this.#gauge('kiln_service_active', 'Whether a core service runs.', ['unit']);
  readonly #restarts = this.#gauge('kiln_service_restarts', 'How often systemd restarted a service.', ['unit']);
  readonly #end = this.#gauge('kiln_certificate_expiry_timestamp_seconds', 'When the TLS certificate ends.');
  readonly #version = this.#gauge('kiln_configuration_version', 'Number of the configuration in force.');

  async write(figures: OwnFigures): Promise<string> {
    const { status, units, certificateEnd, configurationVersion } = figures;
    this.#registry.resetMetrics();
    // A gauge without labels is 0 after that; what is not known has to be absent.
    this.#first.remove();
    this.#end.remove();
    this.#info.set({ image: status.image, version: status.version, slot: status.slot ?? '' }, 1);
    this.#inService.set(status.inService ? 1 : 0);
    if (status.firstInServiceSeconds !== null) this.#first.set(status.firstInServiceSeconds);
    this.#drained.set(status.drained ? 1 : 0);
    for (const { id, verdict, seconds } of status.checks) {
      if (verdict === 'unknown') continue;
      this.#healthy.set({ check: id }, verdict === 'healthy' ? 1 : 0);
      this.#seconds.set({ check: id }, seconds);
    }
    for (const { unit, active, restarts } of units) {
      this.#active.set({ unit }, active === 'active' ? 1 : 0);
      this.#restarts.set({ unit }, restarts);
    }
    if (certificateEnd !== null) this.#end.set(certificateEnd.getTime() / 1000);
    this.#version.set(configurationVersion);
    return this.#registry.metrics();
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}
