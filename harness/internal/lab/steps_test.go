package lab

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// classicOutput is what the classic builder of Docker 20.10 wrote for a Dockerfile of two stages, shortened. The
// output of a command is mixed in, with lines that look like steps.
const classicOutput = `Step 1/8 : ARG NODE_IMAGE=node:24
Step 2/8 : FROM ${NODE_IMAGE} AS spa
 ---> 4dcbfd35936b
Step 3/8 : COPY package.json ./
 ---> Using cache
 ---> 8bfadb75bba8
Step 4/8 : RUN npm ci
 ---> Running in b6c55337b3e3
Step 1/2 : of the command's own
Step 5/9 : another of its own
` + " ---> not an image\n\x1b[91mnpm notice\n" +
	"\x1b[0mRemoving intermediate container b6c55337b3e3\n" + ` ---> 8ba5a72f9adf
Step 5/8 : LABEL spabench.stage=1
 ---> Running in 32cb6437d7dd
Removing intermediate container 32cb6437d7dd
 ---> 2dcbd6c21259
Step 6/8 : FROM scratch
` + " ---> \n" + `Step 7/8 : COPY --from=spa /spa/dist /dist
 ---> da4457e944c6
Step 8/8 : EXPOSE 8080
 ---> Using cache
 ---> 7b9498359953
Successfully built 7b9498359953
`

func TestSteps(t *testing.T) {
	for _, size := range []int{1, 7, len(classicOutput)} { // in whatever chunks it arrives
		clock := time.Unix(0, 0)
		log := &stepLog{now: func() time.Time { clock = clock.Add(time.Second); return clock }}
		for chunk := range slices.Chunk([]byte(classicOutput), size) {
			if n, err := log.Write(chunk); n != len(chunk) || err != nil {
				t.Fatal(n, err)
			}
		}
		if !log.complete() {
			t.Error("steps are missing")
		}
		log.end()
		got := ""
		for _, s := range log.steps {
			got += fmt.Sprintf("%s|%s|cached %t|builds %t|%s\n", s.Instruction, s.Image, s.Cached, s.Builds(), s.Took)
		}
		const want = `ARG NODE_IMAGE=node:24||cached false|builds false|1s
FROM ${NODE_IMAGE} AS spa|4dcbfd35936b|cached false|builds false|1s
COPY package.json ./|8bfadb75bba8|cached true|builds true|1s
RUN npm ci|8ba5a72f9adf|cached false|builds true|1s
LABEL spabench.stage=1|2dcbd6c21259|cached false|builds true|1s
FROM scratch||cached false|builds false|1s
COPY --from=spa /spa/dist /dist|da4457e944c6|cached false|builds true|1s
EXPOSE 8080|7b9498359953|cached true|builds true|1s
`
		if got != want {
			t.Errorf("in chunks of %d bytes:\n%s\nwant\n%s", size, got, want)
		}
		if ids := newImages(log.steps); !slices.Equal(ids, []string{"8ba5a72f9adf", "2dcbd6c21259", "da4457e944c6"}) {
			t.Errorf("new images %q", ids)
		}
	}
}

// A failed build has the steps so far and does not count as complete, nor does the output of another builder.
func TestStepsOfAFailedBuild(t *testing.T) {
	for _, text := range []string{classicOutput[:200], "#5 [spa 3/4] RUN npm ci\n#5 CACHED\n", ""} {
		log := &stepLog{now: time.Now}
		_, _ = log.Write([]byte(text))
		if log.complete() {
			t.Errorf("%q counts as a complete build", text)
		}
	}
}
