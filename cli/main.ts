import { writeForOwnerOnly } from '../runtime/owner-only';
import { ignoreLostReader } from '../runtime/process';
import { datacodeProgram } from './program';
import { runProgram } from './terminal/run-program';

writeForOwnerOnly();
ignoreLostReader(); // one that closes the pipe early, such as `| head -2`, is no error
void runProgram(datacodeProgram(), process.argv.slice(2));
