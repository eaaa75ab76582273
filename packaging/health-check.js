// For a container's health check: ends with 0 while logins and searches can be answered, be it from an old directory.
const port = process.env.SIDECAR_HTTP_PORT || '8080';
try {
  const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(4_000) });
  process.stdout.write(`/health/ready: ${status}\n`);
  process.exitCode = status === 200 ? 0 : 1;
} catch (error) {
  process.stdout.write(`/health/ready on port ${port}: ${error.cause?.code ?? error.name}\n`);
  process.exitCode = 1;
}
