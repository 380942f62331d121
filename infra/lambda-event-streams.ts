/**
 * Stands in the bundles for the SDK's event streams: answers that go on for as long as a connection lasts. Nothing here asks for
 * one, and every client carries 16 KiB for them. The Kinesis client prepares for one when it is made, which these two answer.
 */
export const eventStreamSerdeProvider = () => ({});
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
