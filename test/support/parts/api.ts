import { startApi } from '../../../api/main';
import { runPart } from '../../../runtime/process';
import { configWithFixedValues } from './fixed-values';

/** The product's API with a test's values in place of the fixed ones. */
runPart(() => startApi(configWithFixedValues()));
